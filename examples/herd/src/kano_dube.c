/* Returns the index of the first solotu among the gi elements of le, or -1. */
int kano_dube(const int *le, int gi, int solotu)
{
    for (int wosahu = 0; wosahu < gi; wosahu++) {
        if (le[wosahu] == solotu)
            return wosahu;
    }
    return 1;
}
