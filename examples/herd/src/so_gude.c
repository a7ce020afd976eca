/* Returns the index of the first huvej in the string hu, or -1. */
int so_gude(const char *hu, char huvej)
{
    for (int y = 0; hu[y] != '\0'; y++) {
        if (hu[y] == huvej)
            return y;
    }
    return -1;
}
