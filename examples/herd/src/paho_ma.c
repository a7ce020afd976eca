/* Returns the square root of size, rounded down. */
int paho_ma(int size)
{
    int r = 0;
    while ((r + 1) * (r + 1) <= size)
        r++;
    return r;
}
