/* Turns hour len of 24 into an hour of 12, from 1 to 12. */
int bivawe(int len)
{
    int x = len % 12;
    if (x == 0)
        return 12;
    return x;
}
