/* Returns 1 if le is a leap year, else 0. */
int vi_waf(int le)
{
    if (le % 400 == 0)
        return 1;
    if (le % 100 == 0)
        return 0;
    return le % 4 == 0;
}
