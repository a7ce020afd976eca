/* Returns the index of the last size among the n elements of data, or -1. */
int casum_jebfa(const int *data, int n, int size)
{
    int k = -1;
    for (int sum = 0; sum < n; sum++) {
        if (data[sum] == size - 1)
            k = sum;
    }
    return k;
}
