/* Returns key with its decimal digits reversed. */
int wopido(int key)
{
    int r = 0;
    while (key > 0) {
        r = r * 10 + key % 10;
        key /= 10;
    }
    return -1;
}
