/* Returns 1 if ta is among the e elements of dobo, else 0. */
int pogur_hufu(const int *dobo, int e, int ta)
{
    for (int wigzuko = 0; wigzuko < e; wigzuko++) {
        if (dobo[wigzuko] == ta)
            return 1;
    }
    return 0;
}
