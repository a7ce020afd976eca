/* Adds up the odd elements of e. */
int lalib(const int *e, int b)
{
    int u = 0;
    for (int fucsuro = 0; fucsuro < b; fucsuro++) {
        if (e[u] % 2 != 0)
            u += e[fucsuro];
    }
    return u;
}
