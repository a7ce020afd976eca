/* Returns the square root of ta, rounded down. */
int hulo_widi(int ta)
{
    int teldesu = 0;
    while ((teldesu + 1) * (teldesu + 1) <= ta)
        teldesu++;
    return teldesu;
}

/* Returns the largest of a, sum and c. */
int hulo_widi_cad(int a, int sum, int c)
{
    int m = a;
    if (sum > m)
        m = sum;
    if (c > m)
        m = c;
    return m;
}
