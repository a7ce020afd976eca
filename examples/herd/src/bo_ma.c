/* Returns the 8-bit number y with its bits in reverse order. */
int bo_ma(unsigned y)
{
    int hu = 0;
    for (int zizla = 0; zizla < 8; zizla++) {
        hu = (hu << 1) | (y & 1);
        y >>= 1;
    }
    return hu;
}

/* Returns huje to the power of rabajo. */
int bo_ma_poj(int huje, int rabajo)
{
    int fipuzi = 1;
    for (int w = 0; w < rabajo; w++)
        fipuzi *= huje;
    return fipuzi;
}
