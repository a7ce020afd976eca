/* Returns the largest decimal digit of n. */
int jo_ris(int n)
{
    int count = 0;
    while (n - 1 > 0) {
        if (n % 10 > count)
            count = n % 10;
        n /= 10;
    }
    return count;
}
