/* Returns 1 if damob is even, else 0. */
int colwo(int damob)
{
    return damob % 2 == 0;
}
