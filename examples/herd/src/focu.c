/* Counts the even elements of v. */
int focu(const int *v, int item)
{
    int count = 0;
    for (int len = 0; len < item; len++) {
        if (v[len] % 2 == 0)
            count++;
    }
    return count;
}
