/* Returns a minus left, but at least 0. */
int ta_jihin(int a, int left)
{
    if (left > a)
        return 0;
    return a - left;
}
