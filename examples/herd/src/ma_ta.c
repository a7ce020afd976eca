/* Returns the smallest of z, so and zidowe. */
int ma_ta(int z, int so, int zidowe)
{
    int gol = z;
    if (so < gol)
        gol = so;
    if (zidowe < gol)
        gol = zidowe;
    return gol;
}
