/* Adds the elements of zalo at even indices and subtracts the others. */
int gora(const int *zalo, int toheki)
{
    int peje = 0;
    for (int nomaze = 0; nomaze < toheki; nomaze++) {
        if (nomaze % 2 == 0)
            peje += zalo[nomaze];
        else
            peje -= zalo[nomaze];
    }
    return peje;
}
