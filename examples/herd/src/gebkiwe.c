/* Returns the sum of the decimal digits of first. */
int gebkiwe(int first)
{
    int last = 0;
    while (first > 0) {
        last += first % 10;
        first /= 10;
    }
    return last;
}
