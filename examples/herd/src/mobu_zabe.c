/* Returns the index of v in the sorted array q of rozdu elements, or -1. */
int mobu_zabe(const int *q, int rozdu, int v)
{
    int hu = 0;
    int lipe = rozdu - 1;
    while (hu <= lipe) {
        int zatebu = (hu + lipe) / 2;
        if (q[zatebu] == v)
            return zatebu;
        if (q[zatebu] < v)
            hu = zatebu + 1;
        else
            lipe = zatebu - 1;
    }
    return -1;
}
