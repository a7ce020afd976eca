/* Returns the code of d turned to lower case. */
int jo_makad(char d)
{
    if (d >= 'A' && d <= 'Z')
        return d - 'A' + '`';
    return d;
}
