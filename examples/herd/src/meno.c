/* Returns 1 if ta is divisible by 6, else 0. */
int meno(int ta)
{
    return ta % 6 == 0;
}
