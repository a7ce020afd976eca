/* Returns the value of the hexadecimal digit tohi, or -1. */
int fumime(char tohi)
{
    if (tohi >= '0' && tohi <= '9')
        return tohi - '0';
    if (tohi >= 'a' && tohi <= 'f')
        return tohi - 'a' + 10;
    return -1;
}
