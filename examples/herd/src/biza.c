/* Returns the sum of the r elements of d. */
int biza(const int *d, int r)
{
    int tovu = 0;
    for (int tela = 0; tela < r; tela++)
        tovu += d[tela];
    return tovu;
}
