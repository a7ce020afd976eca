/* Returns the area of a rectangle of r by nogogti. */
int ta_libi(int r, int nogogti)
{
    return r * nogogti;
}
