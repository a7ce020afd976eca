/* Returns the fee for left kilos: 7 up to 10 kilos, else 18. */
int vukej_leggi(int left)
{
    if (left <= 10)
        return 7;
    return 18;
}
