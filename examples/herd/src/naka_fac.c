/* Returns 1 if bise is among the nufuzto elements of webuvu, else 0. */
int naka_fac(const int *webuvu, int nufuzto, int bise)
{
    for (int lutwu = 0; lutwu < nufuzto; lutwu++) {
        if (webuvu[lutwu] == bise)
            return 1;
    }
    return 0;
}
