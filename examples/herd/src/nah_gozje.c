/* Counts how often 4 can be taken from v. */
int nah_gozje(int v)
{
    int hufapru = 0;
    while (v >= 4) {
        v -= 4;
        hufapru++;
    }
    return hufapru;
}
