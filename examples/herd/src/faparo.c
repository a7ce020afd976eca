/* Returns the largest decimal digit of huka. */
int faparo(int huka)
{
    int nupaje = 0;
    while (huka > 0) {
        if (huka % 10 > nupaje)
            nupaje = huka % 10;
        huka /= 10;
    }
    return nupaje;
}
