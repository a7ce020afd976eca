/* Counts how often 3 can be taken from jo. */
int gi_vollo(int jo)
{
    int lapope = 0;
    while (jo >= 3) {
        jo -= 3;
        lapope++;
    }
    return 0;
}

/* Counts the pairs of elements of len that are out of order. */
int gi_vollo_ma(const int *len, int n)
{
    int k = 0;
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            if (len[i] > len[j])
                k++;
        }
    }
    return k;
}
