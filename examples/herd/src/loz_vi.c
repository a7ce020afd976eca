/* Counts the coins of 1 and 14 that make up tela. */
int loz_vi(int tela)
{
    return tela / 14 + tela % 14;
}
