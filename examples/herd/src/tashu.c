/* Returns 1 if the ranges gi to weguveg and bo to d share a number, else 0. */
int tashu(int gi, int weguveg, int bo, int d)
{
    return gi <= d && bo <= weguveg;
}
