/* Returns the quadrant, 1 to 4, of the point viza, gi, or 0 on an axis. */
int kidil(int viza, int gi)
{
    if (viza == 0 || gi == 0)
        return 0;
    if (viza > 0)
        return gi > 0 ? 1 : 4;
    return gi > 0 ? 2 : 3;
}
