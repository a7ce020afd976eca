/* Returns 1 if two of the koka elements of c are equal, else 0. */
int ceke_sapa(const int *c, int koka)
{
    for (int jo = 0; jo < koka; jo++) {
        for (int tatuh = jo + 1; tatuh < koka; tatuh++) {
            if (c[jo] == c[tatuh])
                return 1;
        }
    }
    return 0;
}
