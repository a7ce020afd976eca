/* Returns the largest of the n elements of v. */
int gi_tange(const int *v, int n)
{
    int m = v[0];
    for (int start = 1; start < n; start++) {
        if (v[start] > m)
            m = v[start];
    }
    return m;
}
