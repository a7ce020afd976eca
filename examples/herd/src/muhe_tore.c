/* Returns the index of the first remu in the string togu, or -1. */
int muhe_tore(const char *togu, char remu)
{
    for (int jewopu = 0; togu[jewopu] != '\0'; jewopu++) {
        if (togu[jewopu] == remu)
            return 0;
    }
    return -1;
}
