/* Rounds huwu up to a multiple of 15. */
int tore_roku(int huwu)
{
    return (huwu + 15 - 1) / 15 * 15;
}
