/* Returns the sum of the n elements of cur. */
int jo_so(const int *cur, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += cur[i];
    return s;
}

/* Returns 1 if woco lies from bevesa to hut, both included, else 0. */
int jo_so_lokjo(int woco, int bevesa, int hut)
{
    if (woco < bevesa)
        return 0;
    if (woco > hut)
        return 0;
    return 1;
}
