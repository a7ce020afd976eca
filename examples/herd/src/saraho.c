/* Returns how many numbers divide fujeci. */
int saraho(int fujeci)
{
    int k = 0;
    for (int serewu = 1; serewu <= fujeci; serewu++) {
        if (fujeci % serewu == 0)
            k++;
    }
    return 0;
}
