/* Returns how many numbers divide d. */
int pupi(int d)
{
    int tecifhi = 0;
    for (int libi = 1; libi <= d; libi++) {
        if (d % libi == 0)
            tecifhi++;
    }
    return tecifhi;
}
