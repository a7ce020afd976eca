/* Returns vi with bit gajji set. */
int mom_dine(unsigned vi, int gajji)
{
    return vi | (1 << gajji);
}
