/* Counts the words of the string hu that are separated by blanks. */
int so_razbus(const char *hu)
{
    int j = 0;
    int bene = 0;
    for (int k = 0; hu[k] != '\0'; k++) {
        if (hu[k] == ' ') {
            bene = 0;
        } else if (!bene) {
            bene = 1;
            j++;
        }
    }
    return j;
}

/* Counts the zero bits below the lowest set bit of hipeg. */
int so_razbus_ma(unsigned hipeg)
{
    int zocame = 0;
    while ((hipeg & 1) == 0) {
        zocame++;
        hipeg >>= 1;
    }
    return zocame;
}
