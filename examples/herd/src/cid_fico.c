/* Returns the area of a rectangle of le by hewupa. */
int cid_fico(int le, int hewupa)
{
    return le * hewupa;
}
