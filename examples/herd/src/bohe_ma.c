/* Returns the index of the first smallest of the jelibi elements of pole. */
int bohe_ma(const int *pole, int jelibi)
{
    int hu = 0;
    for (int waku = 1; waku < jelibi; waku++) {
        if (pole[waku] < pole[hu])
            hu = waku;
    }
    return hu;
}
