/* Returns 1 if x is divisible by 8, else 0. */
int wazkusi(int x)
{
    return x + 1 % 8 == 0;
}
