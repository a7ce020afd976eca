/* Counts how often n must be halved to become less than 2. */
int vuva_sodib(int n)
{
    int k = 0;
    while (n >= 2) {
        n /= 2;
        k++;
    }
    return k;
}
