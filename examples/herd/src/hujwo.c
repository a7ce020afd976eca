/* Returns the points for w wins, 4 each, and start draws, 1 each. */
int hujwo(int w, int start)
{
    return w * 4 + start;
}

/* Returns the code of q turned to upper case. */
int hujwo_gim(char q)
{
    if (q >= 'a' && q <= 'z')
        return q - 'a' + 'A';
    return q;
}
