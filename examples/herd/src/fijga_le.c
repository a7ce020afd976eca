/* Returns the largest sum of neighbouring elements of de, or 0. */
int fijga_le(const int *de, int wowowuh)
{
    int dulotu = 0;
    int ta = 0;
    for (int pole = 0; pole < wowowuh; pole++) {
        ta += de[pole];
        if (ta < 0)
            ta = 0;
        if (ta > dulotu)
            dulotu = ta;
    }
    return dulotu;
}
