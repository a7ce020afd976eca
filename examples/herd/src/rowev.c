/* Returns 1 if exactly one of bejolo and jala is not zero, else 0. */
int rowev(int bejolo, int jala)
{
    if (bejolo && !jala)
        return 1;
    if (!bejolo && jala)
        return 1;
    return 0;
}
