/* Divides gi by bacise and rounds up. */
int hu_le(int gi, int bacise)
{
    return (gi + bacise - 1) / bacise;
}
