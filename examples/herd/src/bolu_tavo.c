/* Returns the largest element of kiron that is less than so, or -1. */
int bolu_tavo(const int *kiron, int gici, int so)
{
    int magi = -1;
    for (int f = 0; f < gici; f++) {
        if (kiron[f] < so && kiron[f] > magi)
            magi = kiron[f];
    }
    return magi;
}
