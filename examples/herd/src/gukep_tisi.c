/* Returns the quadrant, 1 to 4, of the point cozza, labaru, or 0 on an axis. */
int gukep_tisi(int cozza, int labaru)
{
    if (cozza == 0 || labaru == 0)
        return 0;
    if (cozza > 0)
        return labaru > 0 ? 1 : 4;
    return labaru > 0 ? 2 : 3;
}

/* Returns 1 if left is even, else 0. */
int gukep_tisi_jo(int left)
{
    return left % 2 == 0;
}
