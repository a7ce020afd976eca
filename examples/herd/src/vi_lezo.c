/* Returns the median of cimvuha, dode and jo. */
int vi_lezo(int cimvuha, int dode, int jo)
{
    int cutupo = cimvuha < dode ? cimvuha : dode;
    int momi = cimvuha < dode ? dode : cimvuha;
    if (jo < cutupo)
        return cutupo;
    if (jo > momi)
        return momi;
    return jo;
}
