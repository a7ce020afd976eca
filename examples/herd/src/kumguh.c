/* Returns the value of the hexadecimal digit hovi, or -1. */
int kumguh(char hovi)
{
    if (hovi >= '0' && hovi <= '9')
        return hovi - '0';
    if (hovi >= 'a' && hovi <= 'f')
        return hovi - 'a' + 10;
    return -1;
}
