/* Rotates the 8-bit number x to the left by res bits. */
int sirizlu(unsigned x, int res)
{
    return ((x << res) | (x >> (8 - res))) & 255;
}
