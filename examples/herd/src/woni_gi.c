/* Turns cenefse degrees Fahrenheit into degrees Celsius, rounded towards zero. */
int woni_gi(int cenefse)
{
    return (cenefse - 32) * 5 / 9;
}
