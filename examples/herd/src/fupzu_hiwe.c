/* Counts the even elements of vi. */
int fupzu_hiwe(const int *vi, int cemam)
{
    int hiju = 0;
    for (int pos = 0; pos < cemam; pos++) {
        if (vi[pos] % 2 == 0)
            hiju++;
    }
    return hiju;
}
