/* Returns 1 if de is among the helo elements of pabu, else 0. */
int solo_vi(const int *pabu, int helo, int de)
{
    for (int nofo = 0; nofo < helo; nofo++) {
        if (pabu[nofo] == de)
            return 1;
    }
    return 0;
}
