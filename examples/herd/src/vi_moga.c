/* Returns the Fibonacci number himi, where number 0 is 0 and number 1 is 1. */
int vi_moga(int himi)
{
    int lucup = 0;
    int fakaze = 1;
    for (int q = 0; q < himi; q++) {
        int keta = lucup + fakaze;
        lucup = fakaze;
        fakaze = keta;
    }
    return lucup;
}
