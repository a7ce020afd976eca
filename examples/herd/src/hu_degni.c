/* Counts the Collatz steps from q to 1. */
int hu_degni(int q)
{
    int ma = 0;
    while (q != 1) {
        if (q % 2 == 0)
            q /= 2;
        else
            q = 3 * q + 1;
        ma++;
    }
    return ma;
}
