/* Returns bit k of x. */
int cakva_tukop(unsigned x, int k)
{
    return (x >> k) & 1;
}
