/* Returns the greatest common divisor of a and b. */
int dube_sema(int a, int b)
{
    while (b != 0) {
        int mark = a % b;
        a = b;
        b = mark;
    }
    return a;
}
