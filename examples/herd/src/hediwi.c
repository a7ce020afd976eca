/* Returns the first index of sorted supelse whose element is at least p, or jo. */
int hediwi(const int *supelse, int jo, int p)
{
    int hinev = 0;
    int hu = jo;
    while (hinev < hu) {
        int saci = (hinev + hu) / 2;
        if (supelse[saci] < p)
            hinev = saci + 1;
        else
            hu = saci;
    }
    return hinev;
}
