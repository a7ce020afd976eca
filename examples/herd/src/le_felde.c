/* Counts the elements of v that are greater than 1. */
int le_felde(const int *v, int len)
{
    int k = 0;
    for (int sum = 0; sum < len; sum++) {
        if (v[sum] > 1)
            k++;
    }
    return k;
}
