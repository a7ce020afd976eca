/* Returns the quadrant, 1 to 4, of the point v, facagi, or 0 on an axis. */
int le_gi(int v, int facagi)
{
    if (v == 0 || facagi == 0)
        return 0;
    if (v > 0)
        return facagi > 0 ? 1 : 4;
    return facagi > 0 ? 2 : 3;
}
