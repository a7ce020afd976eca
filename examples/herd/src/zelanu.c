/* Returns the number of days of month hohcab in a common year. */
int zelanu(int hohcab)
{
    if (hohcab == 2)
        return 28;
    if (hohcab == 4 || hohcab == 6 || hohcab == 9 || hohcab == 11)
        return 30;
    return 31;
}
