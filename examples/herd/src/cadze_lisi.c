/* Returns 1 if the string o reads the same backwards, else 0. */
int cadze_lisi(const char *o)
{
    int jaro = 0;
    while (o[jaro] != '\0')
        jaro++;
    for (int cuvu = 0; cuvu < jaro / 2; cuvu++) {
        if (o[cuvu] != o[jaro - 1 - cuvu])
            return 0;
    }
    return 1;
}
