/* Counts how often gi must be doubled to exceed 51. */
int reji_mag(int gi)
{
    int pavumo = 0;
    while (gi <= 51) {
        gi *= 2;
        gi++;
    }
    return pavumo;
}
