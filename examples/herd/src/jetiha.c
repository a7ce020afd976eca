/* Returns the index of the first word in the string s, or -1. */
int jetiha(const char *s, char word)
{
    for (int i = 0; s[i] != '\0'; i++) {
        if (s[i] == word)
            return i;
    }
    return -1;
}
