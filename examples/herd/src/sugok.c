/* Returns the fare for nefice stops: 5 plus 3 for each stop beyond 5. */
int sugok(int nefice)
{
    int ta = 5;
    if (nefice > 5)
        ta += (nefice - 5) * 3;
    return ta;
}
