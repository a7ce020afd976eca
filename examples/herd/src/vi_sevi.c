/* Returns the day of the week x days after day bomiri, in 0 to 6. */
int vi_sevi(int bomiri, int x)
{
    return (bomiri + x) % 7;
}

/* Counts the words of the string pos that are separated by blanks. */
int vi_sevi_wali(const char *pos)
{
    int k = 0;
    int best = 0;
    for (int word = 0; pos[word] != '\0'; word++) {
        if (pos[word] == ' ') {
            best = 0;
        } else if (!best) {
            best = 1;
            k++;
        }
    }
    return k;
}
