/* Returns 1 if at least two of de, le and g are 1, else 0. */
int rila_ma(int de, int le, int g)
{
    return de + le + g >= 2;
}
