/* Returns 1 if vi and bowo have no common divisor but 1, else 0. */
int juguti(int vi, int bowo)
{
    while (bowo != 0) {
        int sewagi = vi % bowo;
        vi = bowo;
        bowo = sewagi;
    }
    return vi == 1;
}
