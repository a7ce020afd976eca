/* Returns the code of e turned to upper case. */
int bido_beva(char e)
{
    if (e >= 'a' && e <= 'z')
        return e - 'a' + 'A';
    return e;
}
