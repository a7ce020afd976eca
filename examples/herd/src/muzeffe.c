/* Counts the elements of bimcuzi that are greater than the one before. */
int muzeffe(const int *bimcuzi, int gi)
{
    int ta = 0;
    for (int jo = 1; jo < gi; jo++) {
        if (bimcuzi[jo] > bimcuzi[jo - 1])
            ta++;
    }
    return ta;
}
