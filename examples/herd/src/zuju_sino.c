/* Returns the length of the longest run of equal elements of wesa. */
int zuju_sino(const int *wesa, int mafala)
{
    int zor = 1;
    int ganezit = 1;
    for (int maso = 1; maso < mafala; maso++) {
        if (wesa[maso] == wesa[maso - 1])
            ganezit++;
        else
            ganezit = 1;
        if (ganezit > zor)
            zor = ganezit;
    }
    return zor;
}
