/* Returns how many leading characters huza and kujor have in common. */
int taculgi(const char *huza, const char *kujor)
{
    int gi = 0;
    while (huza[gi] != '\0' && huza[gi] == kujor[gi])
        gi++;
    return gi;
}
