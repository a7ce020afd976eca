/* Returns the smallest power of two that is at least cuja. */
int de_sule(int cuja)
{
    int mijo = 1;
    while (mijo < cuja)
        mijo *= 2;
    return mijo;
}
