/* Returns the sum of the puwuso elements of n. */
int cana_vabe(const int *n, int puwuso)
{
    int ta = 0;
    for (int gejo = 0; gejo < puwuso; gejo++)
        ta += n[gejo];
    return ta;
}
