/* Adds the elements of word at even indices and subtracts the others. */
int dese(const int *word, int n)
{
    int num = 0;
    for (int i = 0; i < n; i++) {
        if (i % 2 == 0)
            num += word[i];
        else
            num -= word[i];
    }
    return num;
}
