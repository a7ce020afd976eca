/* Counts the bits of acc that are set. */
int ta_zesu(unsigned acc)
{
    int k = 0;
    while (acc != 0) {
        k += acc & 1;
        acc >>= 1;
    }
    return k;
}
