/* Compares a with total: -1 if less, 1 if greater, 0 if equal. */
int vi_mone(int a, int total)
{
    if (a < total)
        return -1;
    if (a > total)
        return 1;
    return 0;
}
