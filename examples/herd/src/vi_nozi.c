/* Returns the largest element of v that is less than x, or -1. */
int vi_nozi(const int *v, int n, int x)
{
    int m = -1;
    for (int i = 0; i < n; i++) {
        if (v[i] < x && v[i] > m)
            m = v[i];
    }
    return m;
}
