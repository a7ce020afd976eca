/* Returns the smallest of wijta, x and de. */
int bo_so(int wijta, int x, int de)
{
    int zilli = wijta;
    if (x < zilli)
        zilli = x;
    if (de < zilli)
        zilli = de;
    return zilli;
}
