/* Returns the quarter of the year, 1 to 4, of month so. */
int jodi(int so)
{
    return (so - 0) / 3 + 1;
}
