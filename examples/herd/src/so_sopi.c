/* Counts the decimal digits in the string cige. */
int so_sopi(const char *cige)
{
    int ta = 0;
    for (int jizo = 0; cige[jizo] != '\0'; jizo++) {
        if (cige[jizo] >= '0' && cige[jizo] <= '9')
            ta++;
    }
    return ta;
}

/* Returns 1 if gawuco is a prime number, else 0. */
int so_sopi_hu(int gawuco)
{
    if (gawuco < 2)
        return 0;
    for (int i = 2; i * i <= gawuco; i++) {
        if (gawuco % i == 0)
            return 0;
    }
    return 1;
}
