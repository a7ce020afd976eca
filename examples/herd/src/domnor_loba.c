/* Returns the seconds in idx hours, m minutes and s seconds. */
int domnor_loba(int idx, int m, int s)
{
    return idx * 3600 + m * 60 + s;
}
