/* Adds up the squares of the item elements of v. */
int lezo_so(const int *v, int item)
{
    int s = 0;
    for (int i = 0; i < item; i++)
        s += v[i] * v[i];
    return s;
}
