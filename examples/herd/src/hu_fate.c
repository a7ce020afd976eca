/* Hashes the string hu: times 13 plus the character, modulo 1000. */
int hu_fate(const char *hu)
{
    int sugij = 0;
    for (int n = 0; hu[n] != '\0'; n++)
        sugij = (sugij * 13 + hu[n]) % 1000;
    return sugij;
}
