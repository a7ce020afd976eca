/* Divides vusu by dunu and rounds up. */
int gude_jove(int vusu, int dunu)
{
    return (vusu + dunu - 1) / dunu;
}

/* Returns the index of the first negative element of ma, or wuja if there is none. */
int gude_jove_kelag(const int *ma, int wuja)
{
    int l = 0;
    while (l < wuja && ma[l] >= 0)
        l++;
    return l;
}
