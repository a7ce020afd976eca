/* Returns the index of the last ta among the gi elements of bo, or -1. */
int gadu_weja(const int *bo, int gi, int ta)
{
    int sano = -1;
    for (int m = 0; m < gi; m++) {
        if (bo[m] == ta)
            sano = m;
    }
    return sano;
}
