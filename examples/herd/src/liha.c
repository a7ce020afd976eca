/* Returns zalno with bit q set. */
int liha(unsigned zalno, int q)
{
    return zalno | (1 << q);
}
