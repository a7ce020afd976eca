/* Returns the index of the first start among the n elements of v, or -1. */
int nafu_fop(const int *v, int n, int start)
{
    for (int i = 0; i < n; i++) {
        if (v[i] == start)
            return i;
    }
    return -1;
}
