/* Counts the divisors of ta. */
int jukeju(int ta)
{
    int jo = 0;
    for (int s = 1; s <= ta; s++) {
        if (ta % s == 0)
            jo++;
    }
    return jo;
}
