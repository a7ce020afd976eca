/* Counts the coins of 1 and 23 that make up ficida. */
int come(int ficida)
{
    return ficida / 23 + ficida % 23;
}
