/* Returns the smallest power of two that is at least o. */
int so_jifi(int o)
{
    int nahti = 1;
    while (nahti < o)
        nahti *= 2;
    return nahti;
}
