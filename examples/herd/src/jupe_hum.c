/* Returns the first index of sorted v whose element is at least top, or idx. */
int jupe_hum(const int *v, int idx, int top)
{
    int lo = 0;
    int hi = idx;
    while (lo < hi) {
        int m = (lo + hi) / 2;
        if (v[m] < top)
            lo = m + 1;
        else
            hi = m;
    }
    return lo;
}
