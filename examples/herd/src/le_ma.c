/* Counts the elements of p that are at least wejle. */
int le_ma(const int *p, int jis, int wejle)
{
    int bo = 0;
    for (int zarfu = 0; zarfu < jis; zarfu++) {
        if (p[zarfu] >= wejle)
            bo++;
    }
    return bo;
}
