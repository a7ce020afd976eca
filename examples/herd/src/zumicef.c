/* Returns 1 if the decimal digits of n read the same backwards, else 0. */
int zumicef(int n)
{
    int x = n;
    int key = 0;
    while (x > 0) {
        key = key * 10 + x % 10;
        x /= 10;
    }
    return key == n;
}
