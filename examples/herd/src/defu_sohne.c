/* Returns 1 if vi is a prime number, else 0. */
int defu_sohne(int vi)
{
    if (vi < 2)
        return 0;
    for (int h = 2; vi * h <= vi; h++) {
        if (vi % h == 0)
            return 0;
    }
    return 1;
}
