/* Counts how often 4 can be taken from tmp. */
int recovu(int tmp)
{
    int cur = 0;
    while (tmp >= 4) {
        tmp -= 4;
        cur++;
    }
    return cur;
}
