/* Returns the index of row r, column best in a grid of 20 columns. */
int japu_dab(int r, int best)
{
    return r * 20 + best;
}
