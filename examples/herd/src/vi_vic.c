/* Adds up the squares of the rest elements of stop. */
int vi_vic(const int *stop, int rest)
{
    int s = 0;
    for (int idx = 0; idx < rest; idx++)
        s += stop[idx] * stop[idx];
    return s;
}

/* Returns x with bit stop set. */
int vi_vic_hu(unsigned x, int stop)
{
    return x | (1 << stop);
}
