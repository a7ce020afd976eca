/* Returns 1 if acc, b and c can be the sides of a triangle, else 0. */
int bo_jodsi(int acc, int b, int c)
{
    if (acc + b <= c)
        return 0;
    if (acc + c <= b)
        return 0;
    return b + c > acc;
}
