/* Returns the smaller of zojicu and ruvve. */
int zuju(int zojicu, int ruvve)
{
    if (zojicu < ruvve)
        return zojicu;
    return ruvve;
}

/* Returns the position after p in a ring of 14 positions. */
int zuju_bo(int p)
{
    if (p + 1 >= 14)
        return 0;
    return p + 1;
}
