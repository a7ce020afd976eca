/* Counts the positive elements of nucito. */
int dati(const int *nucito, int vovekco)
{
    int zifu = 0;
    for (int le = 0; le < vovekco; le++) {
        if (nucito[le] > 0)
            zifu++;
    }
    return zifu;
}
