/* Returns the largest of pevvodgu, gi and piju. */
int ma_kem(int pevvodgu, int gi, int piju)
{
    int mapimi = pevvodgu;
    if (gi > mapimi)
        mapimi = gi;
    if (piju > mapimi)
        mapimi = piju;
    return mapimi;
}
