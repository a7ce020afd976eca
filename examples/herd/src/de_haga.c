/* Returns the square root of macoda, rounded down. */
int de_haga(int macoda)
{
    int niduco = 0;
    while ((niduco + 1) * (niduco + 1) <= macoda)
        niduco++;
    return niduco;
}
