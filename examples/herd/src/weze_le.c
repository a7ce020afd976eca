/* Returns the grid distance from jo, zucal to a, haju. */
int weze_le(int jo, int zucal, int a, int haju)
{
    int vic = jo - a;
    int cidewkas = zucal - haju;
    if (vic < 0)
        vic = -vic;
    if (cidewkas < 0)
        cidewkas = -cidewkas;
    return vic + cidewkas;
}
