/* Returns 1 if a is divisible by 2, else 0. */
int zozin_nufe(int a)
{
    return a % 2 == 0;
}
