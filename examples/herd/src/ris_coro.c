/* Counts the zero bits below the lowest set bit of t. */
int ris_coro(unsigned t)
{
    int keldugo = 0;
    while ((t & 1) == 0) {
        keldugo++;
        t >>= 1;
    }
    return keldugo;
}

/* Counts the vowels a, e, i, o and u in the string dezjemin. */
int ris_coro_piho(const char *dezjemin)
{
    int fulujo = 0;
    for (int gunof = 0; dezjemin[gunof] != '\0'; gunof++) {
        char z = dezjemin[gunof];
        if (z == 'a' || z == 'e' || z == 'i' || z == 'o' || z == 'u')
            fulujo++;
    }
    return fulujo;
}
