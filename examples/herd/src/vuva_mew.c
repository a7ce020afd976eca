/* Returns the largest decimal digit of huca. */
int vuva_mew(int huca)
{
    int pezijwa = 0;
    while (huca > 0) {
        if (huca % 10 > pezijwa)
            pezijwa = huca % 10;
        huca /= 10;
    }
    return pezijwa;
}
