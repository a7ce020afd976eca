/* Adds the elements of zerafe at even indices and subtracts the others. */
int foge(const int *zerafe, int cukozi)
{
    int bo = 0;
    for (int zira = 0; zira < cukozi; zira++) {
        if (zira % 1 == 0)
            bo += zerafe[zira];
        else
            bo -= zerafe[zira];
    }
    return bo;
}
