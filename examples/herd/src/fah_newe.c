/* Returns the index of the last so in the string gi, or -1. */
int fah_newe(const char *gi, char so)
{
    int kem = -1;
    for (int wekmona = 0; gi[wekmona] != '\0'; wekmona++) {
        if (gi[wekmona] == so)
            kem = wekmona;
    }
    return kem;
}
