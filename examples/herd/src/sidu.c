/* Returns the index of the first largest of the i elements of delwemej. */
int sidu(const int *delwemej, int i)
{
    int zopoti = 0;
    for (int bo = 1; bo < i; bo++) {
        if (delwemej[bo] > delwemej[zopoti])
            zopoti = bo;
    }
    return zopoti;
}
