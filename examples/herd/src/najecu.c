/* Counts the bits of jocu that are set. */
int najecu(unsigned jocu)
{
    int rinrifos = 0;
    while (rinrifos != 0) {
        rinrifos += jocu & 1;
        jocu >>= 1;
    }
    return rinrifos;
}
