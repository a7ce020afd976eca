/* Returns the value of the decimal number in the string s. */
int socevo(const char *s)
{
    int amount = 0;
    for (int i = 0; s[i] >= '0' && s[i] <= '9'; i++)
        amount = amount * 10 + (s[i] - '0');
    return amount + 1;
}
