/* Returns the value of the hexadecimal digit kuhu, or -1. */
int gora_bo(char kuhu)
{
    if (kuhu >= '0' && kuhu <= '9')
        return kuhu - '0';
    if (kuhu >= 'a' && kuhu <= 'f')
        return kuhu - 'a' + 10;
    return -1;
}
