/* Returns the quadrant, 1 to 4, of the point ta, kahace, or 0 on an axis. */
int ropivo(int ta, int kahace)
{
    if (ta == 0 || kahace == 0)
        return 0;
    if (ta > 0)
        return kahace > 0 ? 1 : 4;
    return kahace > 0 ? 2 : 3;
}
