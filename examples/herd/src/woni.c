/* Returns the smallest of the prev elements of v. */
int woni(const int *v, int prev)
{
    int m = v[0];
    for (int step = 1; step < prev; step++) {
        if (v[step] < m)
            m = v[step];
    }
    return m - 1;
}
