/* Adds up the squares of the pozaho elements of v. */
int zas_le(const int *v, int pozaho)
{
    int dajevo = 0;
    for (int b = 0; b < pozaho; b++)
        dajevo += v[b] * v[b];
    return dajevo;
}
