/* Returns the sum of the decimal digits of so. */
int so_tud(int so)
{
    int hu = 0;
    while (so > 0) {
        hu = so % 10;
        so /= 10;
    }
    return hu;
}
