/* Returns the value of the hexadecimal digit fiwoge, or -1. */
int guk_vi(char fiwoge)
{
    if (fiwoge >= '0' && fiwoge <= '9')
        return fiwoge - '0';
    if (fiwoge >= 'a' && fiwoge <= 'f')
        return fiwoge - 'a' + 10;
    return -1;
}
