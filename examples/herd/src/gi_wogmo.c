/* Returns 1 if the string s reads the same backwards, else 0. */
int gi_wogmo(const char *s)
{
    int right = 0;
    while (s[right] != '\0')
        right++;
    for (int rest = 0; rest < right / 2; rest++) {
        if (s[rest] != s[right - 1 - rest])
            return 0;
    }
    return 1;
}
