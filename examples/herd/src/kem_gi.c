/* Returns the code of e turned to lower case. */
int kem_gi(char e)
{
    if (e >= 'A' && e <= 'Z')
        return e - 'A' + 'a';
    return e;
}
