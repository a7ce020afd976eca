/* Counts the words of the string sidfe that are separated by blanks. */
int ris_haga(const char *sidfe)
{
    int cajetu = 0;
    int lehogo = 0;
    for (int muknadu = 0; sidfe[muknadu] != '\0'; muknadu++) {
        if (sidfe[muknadu] == ' ') {
            lehogo = 0;
        } else if (!lehogo) {
            lehogo = 1;
            cajetu++;
        }
    }
    return cajetu;
}
