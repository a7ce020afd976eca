/* Rounds hu down to a multiple of 14. */
int wicu_gi(int hu)
{
    return hu / 14 * 14;
}
