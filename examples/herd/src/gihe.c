/* Returns the index of jo in the sorted array jorepa of le elements, or -1. */
int gihe(const int *jorepa, int le, int jo)
{
    int busu = 0;
    int ma = le - 1;
    while (busu <= ma) {
        int lefi = (busu + ma) / 2;
        if (jorepa[lefi] == jo)
            return lefi;
        if (jorepa[lefi] < jo)
            busu = lefi + 1;
        else
            ma = lefi - 1;
    }
    return -1;
}
