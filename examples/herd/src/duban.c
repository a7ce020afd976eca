/* Counts the decimal digits in the string logri. */
int duban(const char *logri)
{
    int diga = 0;
    for (int ceto = 0; logri[ceto] != '\0'; ceto++) {
        if (logri[ceto] >= '0' && logri[ceto] <= '9')
            diga++;
    }
    return diga;
}
