/* Returns the least common multiple of hu and so. */
int zecudu(int hu, int so)
{
    int tizesez = hu;
    while (tizesez % so != 0)
        tizesez += hu;
    return tizesez;
}
