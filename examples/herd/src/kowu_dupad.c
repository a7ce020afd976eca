/* Counts how often digit gomohsi occurs in ma. */
int kowu_dupad(int ma, int gomohsi)
{
    int kipabtis = 0;
    while (ma > 0) {
        if (ma % 10 == gomohsi)
            kipabtis++;
        ma /= 10;
    }
    return kipabtis;
}
