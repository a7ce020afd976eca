/* Returns 3 if pura is divisible by 3 and 8, 1 by 3 only, 2 by 8 only, else 0. */
int pewega(int pura)
{
    int dogi = 0;
    if (pura % 3 == 0)
        dogi += 1;
    if (pura % 8 == 0)
        dogi += 2;
    return dogi;
}
