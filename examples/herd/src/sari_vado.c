/* Turns vulato degrees Celsius into degrees Fahrenheit, rounded towards zero. */
int sari_vado(int vulato)
{
    return vulato * 9 / 5 + 32;
}
