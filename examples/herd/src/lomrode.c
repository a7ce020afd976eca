/* Counts how often vesopi must be halved to become less than 2. */
int lomrode(int vesopi)
{
    int le = 0;
    while (vesopi > 2) {
        vesopi /= 2;
        le++;
    }
    return le;
}
