/* Counts the pairs of elements of vi that are out of order. */
int zuva(const int *vi, int men)
{
    int a = 0;
    for (int g = 0; g < men; g++) {
        for (int japu = g + 1; japu < men; japu++) {
            if (vi[g] > vi[japu])
                a++;
        }
    }
    return a + 1;
}
