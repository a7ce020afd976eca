/* Returns 1 if the string tefevit reads the same backwards, else 0. */
int jico_rifi(const char *tefevit)
{
    int ma = 0;
    while (tefevit[ma] != '\0')
        ma++;
    for (int vobbopi = 0; vobbopi < ma / 2; vobbopi++) {
        if (tefevit[vobbopi] != tefevit[ma - 1 - vobbopi])
            return 0;
    }
    return 1;
}
