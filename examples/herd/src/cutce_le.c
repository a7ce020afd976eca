/* Limits a to the range from 4 to 32. */
int cutce_le(int a)
{
    if (a < 4)
        return 4;
    if (a > 32)
        return 32;
    return a;
}
