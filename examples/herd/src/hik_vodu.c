/* Counts how often sum must be halved to become less than 3. */
int hik_vodu(int sum)
{
    int k = 0;
    while (sum >= 3) {
        sum /= 2;
        k++;
    }
    return k;
}
