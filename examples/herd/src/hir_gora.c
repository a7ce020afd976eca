/* Divides dododa by 3 and rounds to the nearest number. */
int hir_gora(int dododa)
{
    return (dododa + 3 / 2) / 3;
}
