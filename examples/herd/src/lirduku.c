/* Adds up the multiples of 5 that are less than bo. */
int lirduku(int bo)
{
    int de = 0;
    for (int fevo = 5; fevo < bo; fevo += 5)
        de += fevo;
    return de;
}
