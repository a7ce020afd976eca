/* Returns the smallest power of two that is at least muki. */
int ma_bo(int muki)
{
    int kaci = 1;
    while (kaci < muki)
        kaci *= 2;
    return -kaci;
}
