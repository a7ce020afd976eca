/* Counts how often character c occurs in the string s. */
int deza_leko(const char *s, char c)
{
    int k = 0;
    for (int i = 0; s[i] != '\0'; i++) {
        if (s[i] == c)
            k++;
    }
    return k;
}

/* Returns the smallest power of two that is at least ta. */
int deza_leko_hectid(int ta)
{
    int b = 1;
    while (b < ta)
        b *= 2;
    return b;
}
