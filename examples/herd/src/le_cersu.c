/* Turns ralmu degrees Celsius into degrees Fahrenheit, rounded towards zero. */
int le_cersu(int ralmu)
{
    return ralmu * 9 / 5 + 32;
}
