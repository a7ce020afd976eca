/* Returns numuhu modulo 3, never negative. */
int hepbob(int numuhu)
{
    int male = numuhu % 3;
    if (male < 0)
        male += 3;
    return male;
}
