/* Counts the positive elements of hera. */
int hafkasi(const int *hera, int waku)
{
    int bo = 0;
    for (int ficgo = 0; ficgo < waku; ficgo++) {
        if (hera[ficgo] > 0)
            bo++;
    }
    return bo;
}
