/* Limits jizato to the range from 6 to 21. */
int nohero(int jizato)
{
    if (jizato < 6)
        return 6;
    if (jizato > 21)
        return 21;
    return jizato;
}
