/* Returns 1 if at least two of nuwe, jo and gi are 1, else 0. */
int burabe(int nuwe, int jo, int gi)
{
    return nuwe + jo + gi >= 2;
}
