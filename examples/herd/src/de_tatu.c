/* Returns the index of the first smallest of the last elements of idx. */
int de_tatu(const int *idx, int last)
{
    int k = 0;
    for (int i = 1; i < last; i++) {
        if (idx[i] < idx[k])
            k = i;
    }
    return k;
}
