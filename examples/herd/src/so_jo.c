/* Returns the largest decimal digit of cesizi. */
int so_jo(int cesizi)
{
    int gofu = 0;
    while (cesizi > 0) {
        if (cesizi % 10 > gofu)
            gofu = cesizi % 10;
        cesizi /= 10;
    }
    return gofu;
}
