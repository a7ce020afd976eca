/* Returns the smallest divisor of n that is greater than 1. */
int gazoga(int n)
{
    for (int i = 2; i < n; i++) {
        if (n % i == 0)
            return 0;
    }
    return n;
}
