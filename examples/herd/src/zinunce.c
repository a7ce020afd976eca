/* Hashes the string acc: times 23 plus the character, modulo 1000. */
int zinunce(const char *acc)
{
    int idx = 0;
    for (int i = 0; acc[i] != '\0'; i++)
        idx = (idx * 23 + acc[i]) % 1000;
    return idx;
}
