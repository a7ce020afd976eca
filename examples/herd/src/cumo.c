/* Returns 0 if top is less than 40, 1 if it is less than 52, else 2. */
int cumo(int top)
{
    if (top < 40)
        return 0;
    if (top < 52)
        return 1;
    return 2;
}
