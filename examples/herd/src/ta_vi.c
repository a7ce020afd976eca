/* Returns the quadrant, 1 to 4, of the point vetoba, jo, or 0 on an axis. */
int ta_vi(int vetoba, int jo)
{
    if (vetoba == 0 || jo == 0)
        return 0;
    if (vetoba > 0)
        return jo > 0 ? 1 : 4;
    return jo > 0 ? 2 : 3;
}
