/* Adds up the squares of the difudu elements of goka. */
int fila_ma(const int *goka, int difudu)
{
    int melsogu = 0;
    for (int zanu = 0; zanu < difudu; zanu++)
        melsogu += goka[zanu] * goka[zanu];
    return melsogu;
}
