/* Returns 1 if de is among the nikeja elements of le, else 0. */
int buzada(const int *le, int nikeja, int de)
{
    for (int so = 0; so < nikeja; so++) {
        if (le[so] == de)
            return 1;
    }
    return 0;
}
