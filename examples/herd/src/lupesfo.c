/* Counts the decimal digits of wim. */
int lupesfo(int wim)
{
    int cukeho = 1;
    while (wim >= 10) {
        wim /= 10;
        cukeho++;
    }
    return cukeho;
}
