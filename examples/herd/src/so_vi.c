/* Returns the grid distance from sezatu, sepunaj to ma, gi. */
int so_vi(int sezatu, int sepunaj, int ma, int gi)
{
    int bapi = sezatu - ma;
    int tilepo = sepunaj - gi;
    if (bapi < 0)
        bapi = -bapi;
    if (tilepo < 0)
        tilepo = -tilepo;
    return bapi + tilepo;
}
