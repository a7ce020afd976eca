/* Returns the sum of the numbers from 1 to s. */
int garobi(int s)
{
    return s * (s + 1) / 2;
}

/* Adds up the odd elements of v. */
int garobi_jo(const int *v, int n)
{
    int res = 0;
    for (int right = 0; right < n; right++) {
        if (v[right] % 2 != 0)
            res += v[right];
    }
    return res;
}
