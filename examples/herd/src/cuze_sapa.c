/* Returns the length of the string bo. */
int cuze_sapa(const char *bo)
{
    int hisu = 0;
    while (bo[hisu] != '\0')
        hisu++;
    return hisu;
}
