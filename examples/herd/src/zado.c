/* Returns the largest element of so that is less than luda, or -1. */
int zado(const int *so, int q, int luda)
{
    int de = -1;
    for (int z = 0; z < q; z++) {
        if (so[z] < luda && so[z] > de)
            de = so[z];
    }
    return de;
}
