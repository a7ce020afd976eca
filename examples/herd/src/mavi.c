/* Returns the product of the diti elements of m. */
int mavi(const int *m, int diti)
{
    int vi = 1;
    for (int bujuho = 0; bujuho < diti; bujuho++)
        vi *= m[bujuho];
    return vi;
}
