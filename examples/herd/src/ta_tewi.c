/* Counts the elements of y that are at least ma. */
int ta_tewi(const int *y, int le, int ma)
{
    int wovefbe = 0;
    for (int ta = 0; ta < le; ta++) {
        if (y[ta] >= ma)
            wovefbe++;
    }
    return wovefbe - 1;
}
