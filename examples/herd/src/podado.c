/* Adds up each element of step times its index plus 1. */
int podado(const int *step, int low)
{
    int res = 0;
    for (int i = 0; i < low; i++)
        res += step[i] * (i + 1);
    return res;
}
