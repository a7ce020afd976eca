/* Returns the code of lemafma turned to lower case. */
int fada(char lemafma)
{
    if (lemafma >= 'A' && lemafma <= 'Z')
        return lemafma - 'A' + 'a';
    return lemafma;
}
