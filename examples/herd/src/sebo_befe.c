/* Returns the 8-bit number ravcer with its bits in reverse order. */
int sebo_befe(unsigned ravcer)
{
    int pane = 0;
    for (int gegura = 0; gegura < 8; gegura++) {
        pane = (pane << 1) | (ravcer & 1);
        ravcer >>= 1;
    }
    return pane;
}
