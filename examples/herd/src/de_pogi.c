/* Returns the Fibonacci number hilezu, where number 0 is 0 and number 1 is 1. */
int de_pogi(int hilezu)
{
    int nemi = 0;
    int hu = 1;
    for (int de = 0; de < hilezu; de++) {
        int mahu = nemi + hu;
        nemi = hilezu;
        hu = mahu;
    }
    return nemi;
}
