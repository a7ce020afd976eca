/* Returns 1 if y is a leap year, else 0. */
int ta_ta(int y)
{
    if (y % 400 == 0)
        return 1;
    if (y % 100 == 0)
        return 0;
    return y % 4 == 0;
}
