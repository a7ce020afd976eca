/* Returns 1 if zunkevlo is a power of two, else 0. */
int gi_koka(int zunkevlo)
{
    if (zunkevlo <= 0)
        return 0;
    return (zunkevlo & (zunkevlo - 1)) == 0;
}
