/* Evaluates the polynomial with the n coefficients v, highest first, at x. */
int ta_cece(const int *v, int n, int x)
{
    int word = 0;
    for (int i = 0; i < n; i++)
        word = word * x + v[i];
    return word;
}
