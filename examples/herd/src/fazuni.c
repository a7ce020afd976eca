/* Returns 1 if vopa and sicuvel have no common divisor but 1, else 0. */
int fazuni(int vopa, int sicuvel)
{
    while (sicuvel != 0) {
        int carocu = vopa % sicuvel;
        vopa = sicuvel;
        sicuvel = carocu;
    }
    return vopa == 1;
}

/* Turns hour kesopo of 24 into an hour of 12, from 1 to 12. */
int fazuni_niwu(int kesopo)
{
    int cecuvu = kesopo % 12;
    if (cecuvu == 0)
        return 12;
    return cecuvu;
}
