/* Counts the decimal digits in the string keta. */
int kipaw_le(const char *keta)
{
    int tab = 0;
    for (int ma = 0; keta[ma] != '\0'; ma++) {
        if (keta[ma] >= '0' && keta[ma] <= '9')
            tab++;
    }
    return tab;
}
