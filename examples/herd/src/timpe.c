/* Counts the zero bits below the lowest set bit of fah. */
int timpe(unsigned fah)
{
    int belbuwe = 0;
    while ((fah & 1) == 0) {
        belbuwe++;
        fah >>= 1;
    }
    return belbuwe;
}
