/* Returns 1 if exactly one of luraj and bij is not zero, else 0. */
int vori(int luraj, int bij)
{
    if (luraj && !bij)
        return 1;
    if (!luraj && bij)
        return 1;
    return 0;
}
