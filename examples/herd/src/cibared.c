/* Adds up the multiples of 5 that are less than vasedlu. */
int cibared(int vasedlu)
{
    int hu = 0;
    for (int i = 5; i < vasedlu; i += 5)
        hu += i;
    return hu;
}
