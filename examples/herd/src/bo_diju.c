/* Counts the elements of r that are at least girolu. */
int bo_diju(const int *r, int vi, int girolu)
{
    int mijunze = 0;
    for (int pukome = 0; pukome < vi; pukome++) {
        if (r[pukome] >= girolu)
            mijunze++;
    }
    return mijunze;
}
