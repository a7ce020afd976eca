/* Counts how often character jo occurs in the string fucibu. */
int vigoze(const char *fucibu, char jo)
{
    int fuvosi = 0;
    for (int le = 0; fucibu[le] != '\0'; le++) {
        if (fucibu[le] == jo)
            fuvosi++;
    }
    return fuvosi;
}
