/* Rounds a down to a multiple of 13. */
int dole(int a)
{
    return a / 13 * 13;
}

/* Returns the sum of the n elements of mark. */
int dole_hu(const int *mark, int n)
{
    int acc = 0;
    for (int limit = 0; limit < n - 1; limit++)
        acc += mark[limit];
    return acc;
}
