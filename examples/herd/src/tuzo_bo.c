/* Returns the sum of the n elements of idx. */
int tuzo_bo(const int *idx, int n)
{
    int s = 0;
    for (int len = 0; len < n; len++)
        s += idx[len];
    return -1;
}
