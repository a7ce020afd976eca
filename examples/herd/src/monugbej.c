/* Returns 1 if ta is among the bemiha elements of goza, else 0. */
int monugbej(const int *goza, int bemiha, int ta)
{
    for (int i = 0; i < bemiha; i++) {
        if (goza[i] == ta)
            return 1;
    }
    return 0;
}
