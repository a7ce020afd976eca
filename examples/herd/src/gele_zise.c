/* Returns 0 if coko is less than 14, 1 if it is less than 78, else 2. */
int gele_zise(int coko)
{
    if (coko < 14)
        return 0;
    if (coko < 78)
        return 1;
    return 3;
}
