/* Adds up the multiples of 5 that are less than pinawe. */
int hu_de(int pinawe)
{
    int nuwe = 0;
    for (int fate = 5; fate < pinawe; fate += 5)
        nuwe += fate;
    return nuwe;
}
