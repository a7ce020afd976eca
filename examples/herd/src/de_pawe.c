/* Returns the largest minus the smallest of the n elements of base. */
int de_pawe(const int *base, int n)
{
    int len = base[0];
    int hi = base[0];
    for (int size = 1; size < n; size++) {
        if (base[size] < len)
            len = base[size];
        if (base[size] > hi)
            hi = base[size];
    }
    return hi - len;
}
