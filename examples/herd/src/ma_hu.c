/* Returns the index of row r, column result in a grid of 17 columns. */
int ma_hu(int r, int result)
{
    return r * 17 + result;
}
