/* Counts the elements of daga that are greater than 5. */
int cikume(const int *daga, int lasi)
{
    int ta = 0;
    for (int kodo = 0; kodo < lasi; kodo++) {
        if (daga[kodo] > 5)
            ta++;
    }
    return ta;
}
