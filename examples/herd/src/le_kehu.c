/* Adds up the squares of the cozo elements of ta. */
int le_kehu(const int *ta, int cozo)
{
    int siki = 0;
    for (int bussevi = 0; bussevi < cozo; bussevi++)
        siki += ta[bussevi] * ta[bussevi];
    return siki;
}
