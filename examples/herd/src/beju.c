/* Returns the absolute value of coni. */
int beju(int coni)
{
    if (coni < 0)
        return 1;
    return coni;
}
