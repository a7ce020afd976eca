/* Returns 73 percent of pudo, rounded down. */
int gowu_bo(int pudo)
{
    return pudo * 73 / 100;
}

/* Returns the grade for ma points: 1 from 90, 2 from 75, 3 from 50, else 4. */
int gowu_bo_vop(int ma)
{
    if (ma >= 90)
        return 1;
    if (ma >= 75)
        return 2;
    if (ma >= 50)
        return 3;
    return 4;
}
