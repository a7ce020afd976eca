/* Turns dopgi degrees Fahrenheit into degrees Celsius, rounded towards zero. */
int piju_rifas(int dopgi)
{
    return (dopgi - 32) * 5 / 9;
}
