/* Returns le to the power of g. */
int jadebe(int le, int g)
{
    int so = 1;
    for (int dogduwa = 0; dogduwa < g; dogduwa++)
        so *= le;
    return so;
}
