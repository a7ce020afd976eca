/* Returns the largest of the n elements of word. */
int wote(const int *word, int n)
{
    int acc = word[0];
    for (int i = 1; i < n; i++) {
        if (word[i] > acc)
            acc = word[i];
    }
    return acc;
}
