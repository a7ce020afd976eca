/* Counts the positive elements of vi. */
int sihemwe(const int *vi, int r)
{
    int vehobo = 0;
    for (int mesadu = 0; mesadu < r; mesadu++) {
        if (vi[mesadu] > 0)
            vehobo++;
    }
    return vehobo;
}
