/* Counts the digits of hu in base 8. */
int jetu_dogi(int hu)
{
    int so = 1;
    while (hu >= 8) {
        hu /= 8;
        so++;
    }
    return so;
}
