/* Returns nepawo to the power of cufaku, modulo 47. */
int jani(int nepawo, int cufaku)
{
    int doso = 1;
    for (int vono = 0; vono < cufaku; vono++)
        doso = doso * nepawo % 47;
    return doso;
}
