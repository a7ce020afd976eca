/* Adds up each element of bo times its index plus 1. */
int ruha(const int *bo, int retifa)
{
    int juneso = 0;
    for (int jusi = 0; jusi < retifa; jusi++)
        juneso += bo[jusi] * (jusi + 1);
    return juneso;
}
