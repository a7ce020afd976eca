/* Adds up the squares of the pode elements of wucuw. */
int kiv_mavop(const int *wucuw, int pode)
{
    int muzofu = 0;
    for (int so = 0; so < pode; so++)
        muzofu += wucuw[so] * wucuw[so];
    return muzofu;
}
