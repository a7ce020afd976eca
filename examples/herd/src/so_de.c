/* Returns 1 if low is a letter from a to z or from A to Z, else 0. */
int so_de(char low)
{
    if (low >= 'a' && low <= 'z')
        return 1;
    if (low >= 'A' && low <= 'Z')
        return 1;
    return 0;
}
