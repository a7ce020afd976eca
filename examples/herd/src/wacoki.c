/* Turns vune degrees Fahrenheit into degrees Celsius, rounded towards zero. */
int wacoki(int vune)
{
    return (vune - 32) * 5 / 9;
}
