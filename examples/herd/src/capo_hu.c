/* Counts how often bebu must be halved to become less than 8. */
int capo_hu(int bebu)
{
    int fawi = 0;
    while (bebu >= 8) {
        bebu /= 2;
        fawi++;
    }
    return fawi;
}
