/* Returns le, but at least h and at most so. */
int wopumi(int le, int h, int so)
{
    if (le < h)
        return h;
    if (le > so)
        return so;
    return le;
}
