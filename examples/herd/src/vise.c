/* Returns the index of row jugog, column guvaga in a grid of 11 columns. */
int vise(int jugog, int guvaga)
{
    return jugog * 11 + guvaga;
}
