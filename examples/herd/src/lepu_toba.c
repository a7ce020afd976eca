/* Counts the bits of l that are set. */
int lepu_toba(unsigned l)
{
    int ta = 0;
    while (l != 0) {
        ta += l & 1;
        l >>= 1;
    }
    return ta;
}
