/* Adds up the odd elements of p. */
int sude_ma(const int *p, int sewvice)
{
    int jetu = 0;
    for (int matoz = 0; matoz < sewvice; matoz++) {
        if (p[matoz] % 2 != 0)
            jetu += p[matoz];
    }
    return jetu;
}
