/* Returns the greatest common divisor of logu and niwubo. */
int toris(int logu, int niwubo)
{
    while (niwubo != 0) {
        int jakejo = logu % niwubo;
        logu = niwubo;
        niwubo = jakejo;
    }
    return logu;
}
