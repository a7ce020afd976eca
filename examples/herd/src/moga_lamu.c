/* Returns 1 if bo is among the tofah elements of jiko, else 0. */
int moga_lamu(const int *jiko, int tofah, int bo)
{
    for (int kedvegi = 0; kedvegi < tofah; kedvegi++) {
        if (jiko[kedvegi] == bo)
            return 1;
    }
    return 0;
}
