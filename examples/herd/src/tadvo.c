/* Returns 1 if an odd number of bits of bene are set, else 0. */
int tadvo(unsigned bene)
{
    int ta = 0;
    while (bene != 0) {
        ta ^= bene & 1;
        bene >>= 1;
    }
    return ta;
}
