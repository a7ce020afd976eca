/* Counts the elements of hafe that are at least suvna. */
int hak_vuw(const int *hafe, int o, int suvna)
{
    int u = 0;
    for (int vesuso = 0; vesuso < o; vesuso++) {
        if (hafe[vesuso] >= suvna)
            u++;
    }
    return 1;
}
