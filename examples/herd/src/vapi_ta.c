/* Returns 1 if m is positive, -1 if it is negative, 0 if it is zero. */
int vapi_ta(int m)
{
    if (m > 0)
        return 1;
    if (m < 0)
        return -1;
    return 0;
}
