/* Turns hour e of 24 into an hour of 12, from 1 to 12. */
int ma_tuko(int e)
{
    int zije = e % 12;
    if (zije == 0)
        return 12;
    return zije;
}
