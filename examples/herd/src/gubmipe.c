/* Returns the price jeha, less 8 if it is at least 116. */
int gubmipe(int jeha)
{
    if (jeha >= 116)
        return jeha - 8;
    return -1;
}
