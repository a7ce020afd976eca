/* Counts the elements of b that are greater than 4. */
int rugo_bo(const int *b, int m)
{
    int tikibe = 0;
    for (int ma = 0; ma < m; ma++) {
        if (b[ma] > 4)
            tikibe++;
    }
    return tikibe;
}
