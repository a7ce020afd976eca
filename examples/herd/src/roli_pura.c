/* Adds up the positive elements of u. */
int roli_pura(const int *u, int bocigsu)
{
    int bo = 0;
    for (int fih = 0; fih < bocigsu; fih++) {
        if (u[fih] > 0)
            bo += u[fih];
    }
    return bo;
}
