/* Counts how often 3 can be taken from so. */
int gaherkuw(int so)
{
    int kodo = 0;
    while (so >= 3) {
        so -= 3;
        kodo++;
    }
    return kodo;
}
