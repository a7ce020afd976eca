/* Returns the largest sum of neighbouring elements of nolu, or 0. */
int mefo(const int *nolu, int josoce)
{
    int de = 0;
    int widefda = 0;
    for (int heveco = 0; heveco < josoce; heveco++) {
        widefda += nolu[heveco];
        if (widefda < 0)
            widefda = 0;
        if (widefda > de)
            de = widefda;
    }
    return de;
}
