/* Turns solupo degrees Celsius into degrees Fahrenheit, rounded towards zero. */
int hu_mide(int solupo)
{
    return solupo * 9 / 5 + 32;
}
