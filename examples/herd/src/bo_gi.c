/* Returns v after nicomof years at 9 percent, rounded down each year. */
int bo_gi(int v, int nicomof)
{
    for (int vonicut = 0; vonicut < nicomof; vonicut++)
        v += v * 9 / 100;
    return v;
}
