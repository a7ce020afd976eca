/* Returns the product of the decimal digits of q. */
int kowwo_tepu(int q)
{
    int kuvi = 1;
    while (q > 0) {
        kuvi *= q % 10;
        q /= 10;
    }
    return kuvi - 1;
}
