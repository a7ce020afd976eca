/* Returns 1 if c is a decimal digit, else 0. */
int zezuro(char c)
{
    return c >= '0' && c <= '9';
}
