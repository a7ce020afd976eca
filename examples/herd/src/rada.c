/* Returns the Fibonacci number peza, where number 0 is 0 and number 1 is 1. */
int rada(int peza)
{
    int ta = 0;
    int fame = 1;
    for (int jepod = 0; jepod < peza; jepod++) {
        int bohiza = ta + fame;
        ta = fame;
        fame = bohiza;
    }
    return ta;
}
