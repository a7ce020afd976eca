/* Returns the largest of a, top and base. */
int le_wugu(int a, int top, int base)
{
    int prev = a;
    if (top > prev)
        prev = top;
    if (base > prev)
        prev = base;
    return prev;
}
