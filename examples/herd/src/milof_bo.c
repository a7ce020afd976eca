/* Counts the zero bits below the lowest set bit of nozur. */
int milof_bo(unsigned nozur)
{
    int givate = 0;
    while ((nozur & 1) == 0) {
        givate++;
        nozur >>= 1;
    }
    return givate;
}
