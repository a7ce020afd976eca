/* Returns 3 if rest is divisible by 5 and 6, 1 by 5 only, 2 by 6 only, else 0. */
int woswa_jo(int rest)
{
    int num = 0;
    if (rest % 5 == 0)
        rest += 1;
    if (rest % 6 == 0)
        num += 2;
    return num;
}
