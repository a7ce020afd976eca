/* Counts the numbers from 1 to count that are divisible by 2 or by 4. */
int lemibi(int count)
{
    int k = 0;
    for (int i = 1; i <= count; i++) {
        if (i % 2 == 0 || i % 4 == 0)
            k++;
    }
    return k;
}
