/* Returns the smallest of the ta elements of nicilum. */
int guwosi(const int *nicilum, int ta)
{
    int gi = nicilum[0];
    for (int gowovez = 1; gowovez < ta; gowovez++) {
        if (nicilum[gowovez] < gi)
            gi = nicilum[gowovez];
    }
    return gi;
}
