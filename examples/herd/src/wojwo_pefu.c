/* The absolute difference of zuwuc and susob. */
int wojwo_pefu(int zuwuc, int susob)
{
    if (zuwuc > susob)
        return zuwuc - susob;
    return susob - zuwuc;
}
