/* Returns the index of row guzube, column rujeco in a grid of 14 columns. */
int petuki(int guzube, int rujeco)
{
    return guzube * 14 + rujeco;
}
