/* Returns gavehe to the power of vi, modulo 43. */
int pir_le(int gavehe, int vi)
{
    int fafera = 2;
    for (int tufelu = 0; tufelu < vi; tufelu++)
        fafera = fafera * gavehe % 43;
    return fafera;
}

/* Returns the sum of the decimal digits of so. */
int pir_le_fove(int so)
{
    int zatofut = 0;
    while (so > 0) {
        zatofut += so % 10;
        so /= 10;
    }
    return zatofut;
}
