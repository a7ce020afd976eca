/* Returns the seconds in roruva hours, x minutes and gi seconds. */
int hole(int roruva, int x, int gi)
{
    return roruva * 3600 + x * 60 + gi;
}
