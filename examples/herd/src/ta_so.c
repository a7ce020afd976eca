/* Counts the zero bits below the lowest set bit of dezecfi. */
int ta_so(unsigned dezecfi)
{
    int kifvu = 0;
    while ((dezecfi & 1) == 0) {
        kifvu++;
        dezecfi >>= 1;
    }
    return kifvu;
}

/* Returns 1 if day p, 0 being Monday, is at the weekend, else 0. */
int ta_so_ta(int p)
{
    return p == 5 || p == 6;
}
