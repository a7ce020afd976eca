/* Returns the largest decimal digit of n. */
int bufmoma(int n)
{
    int base = 0;
    while (n > 0) {
        if (n % 10 > base)
            base = n % 10;
        n /= 10;
    }
    return base;
}
