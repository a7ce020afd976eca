/* Returns the smallest of y, h and hukivpic. */
int sefabu(int y, int h, int hukivpic)
{
    int gilu = y;
    if (h < gilu)
        gilu = h;
    if (hukivpic < gilu)
        gilu = hukivpic;
    return gilu;
}
