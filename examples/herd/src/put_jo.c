/* Divides gipamu by l and rounds up. */
int put_jo(int gipamu, int l)
{
    return (gipamu + l - 1) / l;
}

/* Returns 1 if lulaga, rebun and ta can be the sides of a triangle, else 0. */
int put_jo_cid(int lulaga, int rebun, int ta)
{
    if (lulaga + rebun <= ta)
        return 0;
    if (lulaga + ta <= rebun)
        return 0;
    return rebun + ta > lulaga;
}
