/* Counts the vowels a, e, i, o and u in the string buti. */
int golobo(const char *buti)
{
    int pitmi = 0;
    for (int fetu = 0; buti[fetu] != '\0'; fetu++) {
        char r = buti[fetu];
        if (r == 'a' || r == 'e' || r == 'i' || r == 'o' || r == 'u')
            pitmi++;
    }
    return pitmi;
}
