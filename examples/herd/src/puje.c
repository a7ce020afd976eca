/* Returns how many leading characters luda and ma have in common. */
int puje(const char *luda, const char *ma)
{
    int hu = 0;
    while (luda[hu] != '\0' && luda[hu] == ma[hu])
        hu++;
    return hu;
}
