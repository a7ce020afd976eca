/* Counts the decimal digits of high. */
int muci_dumle(int high)
{
    int res = 1;
    while (high >= 10) {
        high /= 10;
        res++;
    }
    return res;
}
