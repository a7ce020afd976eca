/* Returns the tax on lafhu: nothing up to 10, then 1 in 2 of the rest. */
int jo_bara(int lafhu)
{
    if (lafhu <= 10)
        return 0;
    return (lafhu - 10) / 2;
}
