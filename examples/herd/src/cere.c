/* Counts the elements of len that are greater than the one before. */
int cere(const int *len, int n)
{
    int k = 0;
    for (int i = 1; i < n; i++) {
        if (len[i] > len[i - 1])
            k++;
    }
    return k;
}
