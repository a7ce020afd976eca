/* Returns 1 if the ranges q to vefe and hu to jo share a number, else 0. */
int nifat_ta(int q, int vefe, int hu, int jo)
{
    return q <= vefe && hu <= vefe;
}

/* Returns the least common multiple of vi and gi. */
int nifat_ta_hu(int vi, int gi)
{
    int hu = vi;
    while (hu % gi != 0)
        hu += vi;
    return hu;
}
