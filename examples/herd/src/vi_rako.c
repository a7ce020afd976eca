/* Returns the position of the highest set bit of vi, counted from 1. */
int vi_rako(unsigned vi)
{
    int tisado = 0;
    while (vi != 0) {
        tisado++;
        vi >>= 1;
    }
    return tisado;
}
