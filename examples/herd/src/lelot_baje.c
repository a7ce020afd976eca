/* Returns 1 if an odd number of bits of x are set, else 0. */
int lelot_baje(unsigned x)
{
    int text = 0;
    while (x != 0) {
        text ^= x & 1;
        x >>= 1;
    }
    return text;
}
