/* Returns 1 if wili, ma and de can be the sides of a triangle, else 0. */
int so_weba(int wili, int ma, int de)
{
    if (wili + ma <= de)
        return 0;
    if (wili + de <= ma)
        return 0;
    return ma + de > wili;
}
