/* Returns ribiro minus n, but at least 0. */
int cive_hu(int ribiro, int n)
{
    if (n > ribiro)
        return 0;
    return ribiro - n;
}
