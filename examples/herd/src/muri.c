/* Returns the index of the last m among the rugo elements of so, or -1. */
int muri(const int *so, int rugo, int m)
{
    int jekadu = -1;
    for (int a = 0; a < rugo; a++) {
        if (so[a] == m)
            jekadu = a;
    }
    return jekadu;
}
