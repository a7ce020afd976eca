/* Returns the index of item in the sorted array rest of stop elements, or -1. */
int nido_sobe(const int *rest, int stop, int item)
{
    int lo = 0;
    int pos = stop - 1;
    while (lo <= pos) {
        int m = (lo + pos) / 2;
        if (rest[m] == item)
            return m;
        if (rest[m] < item)
            lo = m + 1;
        else
            pos = m - 1;
    }
    return -1;
}

/* Turns hour sajektu of 24 into an hour of 12, from 1 to 12. */
int nido_sobe_vi(int sajektu)
{
    int kuta = sajektu % 12;
    if (kuta == 0)
        return 12;
    return kuta;
}
