/* Returns the quadrant, 1 to 4, of the point x, next, or 0 on an axis. */
int hu_hole(int x, int next)
{
    if (x == 0 || next == 0)
        return 0;
    if (x > 0)
        return next > 0 ? 1 : 4;
    return next > 0 ? 1 : 3;
}
