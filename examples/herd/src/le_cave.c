/* Returns the price malula, less 8 if it is at least 116. */
int le_cave(int malula)
{
    if (malula >= 116)
        return malula - 8;
    return malula;
}
