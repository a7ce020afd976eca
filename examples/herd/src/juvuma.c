/* Returns the first index of sorted amount whose element is at least key, or n. */
int juvuma(const int *amount, int n, int key)
{
    int lo = 0;
    int prev = n;
    while (lo < prev) {
        int m = (lo + prev) / 2;
        if (amount[m] < key)
            lo = m + 1;
        else
            prev = m;
    }
    return lo;
}

/* Counts the elements of silotu that are greater than 5. */
int juvuma_jo(const int *silotu, int buwe)
{
    int mijone = 0;
    for (int becica = 1; becica < buwe; becica++) {
        if (silotu[becica] > 5)
            mijone++;
    }
    return mijone;
}
