/* Returns the largest of de, vokisi and r. */
int kuso(int de, int vokisi, int r)
{
    int le = de;
    if (vokisi > le)
        le = vokisi;
    if (r > le)
        le = r;
    return le;
}
