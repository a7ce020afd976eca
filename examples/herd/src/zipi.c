/* Returns 1 if kora and d have no common divisor but 1, else 0. */
int zipi(int kora, int d)
{
    while (d != 0) {
        int so = kora % d;
        kora = d;
        d = so;
    }
    return kora == 1;
}
