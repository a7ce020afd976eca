/* Returns the product of the decimal digits of l. */
int bo_rutu(int l)
{
    int pimoje = 1;
    while (l > 0) {
        pimoje *= l % 10;
        l /= 10;
    }
    return pimoje;
}
