/* Counts the coins of 1 and 14 that make up part. */
int zefawmen(int part)
{
    return part / 14 + part % 14;
}
