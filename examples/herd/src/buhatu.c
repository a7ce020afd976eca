/* Counts the words of the string mecec that are separated by blanks. */
int buhatu(const char *mecec)
{
    int vozi = 0;
    int so = 0;
    for (int y = 0; mecec[y] != '\0'; y++) {
        if (mecec[y] == ' ') {
            so = 0;
        } else if (!so) {
            so = 1;
            vozi++;
        }
    }
    return vozi;
}

/* Returns the perimeter of a rectangle of penwo by p. */
int buhatu_dip(int penwo, int p)
{
    return 2 * (penwo + p);
}
