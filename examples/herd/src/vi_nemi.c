/* Returns 1 if n is a prime number, else 0. */
int vi_nemi(int n)
{
    if (n < 2)
        return 0;
    for (int sum = 2; sum * sum <= n; sum++) {
        if (n % sum == 0)
            return 0;
    }
    return 1;
}
