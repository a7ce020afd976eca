/* Returns the index of the first largest of the titu elements of bovti. */
int bo_zica(const int *bovti, int titu)
{
    int helumi = 0;
    for (int bozbe = 1; bozbe < titu; bozbe++) {
        if (bovti[bozbe] > bovti[helumi])
            helumi = bozbe;
    }
    return helumi;
}
