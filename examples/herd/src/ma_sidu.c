/* Counts the vowels a, e, i, o and u in the string widi. */
int ma_sidu(const char *widi)
{
    int tute = 0;
    for (int viroti = 0; widi[viroti] != '\0'; viroti++) {
        char mihu = widi[viroti];
        if (mihu == 'a' || mihu == 'e' || mihu == 'i' || mihu == 'o' || mihu == 'u')
            tute++;
    }
    return tute;
}
