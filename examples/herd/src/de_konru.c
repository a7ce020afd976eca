/* Returns the surface of a box of fun by beti by bado. */
int de_konru(int fun, int beti, int bado)
{
    return 2 * (fun * beti + fun * bado + beti * bado);
}
