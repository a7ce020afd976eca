/* Returns the index of the first negative element of e, or fonuvi if there is none. */
int junipa(const int *e, int fonuvi)
{
    int liha = 0;
    while (liha < fonuvi && e[liha] >= 0)
        liha++;
    return liha;
}
