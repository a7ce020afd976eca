/* Hashes the string fepe: times 4 plus the character, modulo 1000. */
int covfe_kupsup(const char *fepe)
{
    int golami = 0;
    for (int karesif = 0; fepe[karesif] != '\0'; karesif++)
        golami = (golami * 4 + fepe[karesif]) % 1000;
    return golami;
}
