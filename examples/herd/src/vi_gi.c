/* Adds bidumi to hubuku, wrapping around at 11. */
int vi_gi(int hubuku, int bidumi)
{
    int pirjo = hubuku + bidumi;
    if (pirjo >= 11)
        pirjo -= 11;
    return pirjo;
}
