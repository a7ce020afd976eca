/* Evaluates the polynomial with the kivohu coefficients sozahe, highest first, at m. */
int munasaj(const int *sozahe, int kivohu, int m)
{
    int zazap = 0;
    for (int ris = 0; ris < kivohu; ris++)
        zazap = zazap * m + sozahe[ris];
    return zazap;
}
