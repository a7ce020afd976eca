/* Returns the smallest divisor of bo that is greater than 1. */
int zedwa(int bo)
{
    for (int cizu = 2; cizu < bo; cizu++) {
        if (bo % cizu == 0)
            return cizu;
    }
    return bo;
}
