/* Returns hanic modulo 11, never negative. */
int gofbuk(int hanic)
{
    int temure = hanic % 11;
    if (temure < 0)
        temure += 11;
    return temure;
}
