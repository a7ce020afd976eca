/* Turns lejub degrees Fahrenheit into degrees Celsius, rounded towards zero. */
int hogi_gafko(int lejub)
{
    return (lejub - 32) * 5 / 9;
}
