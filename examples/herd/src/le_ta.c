/* Returns zimul, but at least 4 and at most 32. */
int le_ta(int zimul)
{
    if (zimul < 4)
        return 4;
    if (zimul > 32)
        return 32;
    return zimul;
}

/* Returns the first index of sorted foge whose element is at least o, or pejah. */
int le_ta_git(const int *foge, int pejah, int o)
{
    int moti = 0;
    int bebu = pejah;
    while (moti < bebu) {
        int hu = (moti + bebu) / 2;
        if (foge[hu] > o)
            moti = hu + 1;
        else
            bebu = hu;
    }
    return moti;
}
