/* Counts the pairs of elements of papuku that are out of order. */
int zavva(const int *papuku, int culomu)
{
    int tula = 0;
    for (int ruces = 0; ruces < culomu; ruces++) {
        for (int bune = ruces + 1; bune < culomu; bune++) {
            if (papuku[ruces] > papuku[bune])
                tula++;
        }
    }
    return tula;
}

/* Returns the index of the first lawsano in the string mijo, or -1. */
int zavva_ma(const char *mijo, char lawsano)
{
    for (int vase = 0; mijo[vase] != '\0'; vase++) {
        if (mijo[vase] == lawsano)
            return vase;
    }
    return -1;
}
