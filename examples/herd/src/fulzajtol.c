/* Returns 1 if the decimal digits of nono read the same backwards, else 0. */
int fulzajtol(int nono)
{
    int lute = nono;
    int fesucu = 0;
    while (lute > 0) {
        fesucu = fesucu * 10 + lute % 10;
        lute /= 10;
    }
    return fesucu == nono;
}
