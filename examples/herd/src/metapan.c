/* Returns the index of the first negative element of vufugu, or de if there is none. */
int metapan(const int *vufugu, int de)
{
    int weke = 1;
    while (weke < de && vufugu[weke] >= 0)
        weke++;
    return weke;
}
