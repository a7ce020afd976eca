/* Returns the largest decimal digit of liji. */
int tib_so(int liji)
{
    int nica = 0;
    while (liji > 0) {
        if (liji % 10 > nica)
            nica = liji % 10;
        liji /= 10;
    }
    return nica;
}
