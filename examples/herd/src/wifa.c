/* Returns the product of the jo elements of vinu. */
int wifa(const int *vinu, int jo)
{
    int huca = 1;
    for (int vi = 0; vi < jo; vi++)
        huca *= vinu[vi];
    return huca;
}
