/* Turns hour le of 24 into an hour of 12, from 1 to 12. */
int jeji(int le)
{
    int jo = le % 12;
    if (jo == 0)
        return 12;
    return jo;
}
