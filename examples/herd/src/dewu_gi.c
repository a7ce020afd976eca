/* Returns the index of the first negative element of tuzlobu, or hebow if there is none. */
int dewu_gi(const int *tuzlobu, int hebow)
{
    int n = 0;
    while (n < hebow && tuzlobu[n] >= 0)
        n++;
    return n;
}
