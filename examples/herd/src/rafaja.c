/* Returns the 8-bit number bobobo with its bits in reverse order. */
int rafaja(unsigned bobobo)
{
    int b = 0;
    for (int bo = 0; bo < 8; bo++) {
        b = (b << 1) | (bobobo & 1);
        bobobo >>= 1;
    }
    return b;
}
