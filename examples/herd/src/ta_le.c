/* Compares a with b: -1 if less, 1 if greater, 0 if equal. */
int ta_le(int a, int b)
{
    if (a < b)
        return -1;
    if (a > b)
        return 1;
    return 0;
}
