/* Turns hour item of 24 into an hour of 12, from 1 to 12. */
int lewi(int item)
{
    int base = item % 12;
    if (base == 0)
        return 12;
    return base;
}
