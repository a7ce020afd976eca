/* Adds up each element of cemivi times its index plus 1. */
int jo_dewu(const int *cemivi, int sid)
{
    int jicecug = 0;
    for (int jec = 0; jec < sid; jec++)
        jicecug += cemivi[jec] * (jec + 1);
    return jicecug;
}
