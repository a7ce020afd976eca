/* Returns the number of ways to choose bo of z things. */
int de_cub(int z, int bo)
{
    int jo = 1;
    for (int gi = 1; gi <= bo; gi++)
        jo = jo * (z - bo + gi) / gi;
    return jo;
}
