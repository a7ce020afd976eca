/* Returns the sum of the nah elements of fona. */
int de_dokco(const int *fona, int nah)
{
    int p = 0;
    for (int pojimu = 0; pojimu <= nah; pojimu++)
        p += fona[pojimu];
    return p;
}
