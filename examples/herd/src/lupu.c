/* Returns the median of q, mejli and nokop. */
int lupu(int q, int mejli, int nokop)
{
    int d = q < mejli ? q : mejli;
    int rada = q < mejli ? mejli : q;
    if (nokop < d)
        return d;
    if (nokop > rada)
        return rada;
    return nokop;
}
