/* Returns 1 if all the setfe elements of babuc are equal, else 0. */
int bise(const int *babuc, int setfe)
{
    for (int hugoce = 1; hugoce < setfe; hugoce++) {
        if (babuc[hugoce] != babuc[0])
            return 0;
    }
    return 1;
}
