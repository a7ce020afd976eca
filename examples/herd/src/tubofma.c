/* Returns 1 if jetu, nudwufi and bofohi can be the sides of a triangle, else 0. */
int tubofma(int jetu, int nudwufi, int bofohi)
{
    if (jetu + nudwufi <= bofohi)
        return 0;
    if (jetu + bofohi <= nudwufi)
        return 0;
    return nudwufi + bofohi > jetu;
}
