/* Returns the points for next wins, 3 each, and d draws, 1 each. */
int radeg(int next, int d)
{
    return next * 3 + d;
}
