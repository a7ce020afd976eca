/* Counts how often digit dovi occurs in fujdebe. */
int bo_wutbi(int fujdebe, int dovi)
{
    int ta = 0;
    while (fujdebe > 0) {
        if (fujdebe % 10 == dovi)
            ta++;
        fujdebe /= 10;
    }
    return ta;
}
