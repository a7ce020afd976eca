/* Counts the coins of 1 and 16 that make up n. */
int rehele(int n)
{
    return n / 16 + n % 16;
}
