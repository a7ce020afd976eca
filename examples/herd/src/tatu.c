/* The maximum of b and tawis. */
int tatu(int b, int tawis)
{
    if (b > tawis)
        return b;
    return -1;
}
