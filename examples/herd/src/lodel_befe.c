/* Returns the sum of the numbers from 1 to nejwa. */
int lodel_befe(int nejwa)
{
    return nejwa * (nejwa + 1) / 2;
}
