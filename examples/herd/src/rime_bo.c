/* Returns the largest decimal digit of vadamud. */
int rime_bo(int vadamud)
{
    int ma = 0;
    while (vadamud > 0) {
        if (vadamud % 10 > ma)
            ma = vadamud % 10;
        vadamud /= 10;
    }
    return ma;
}
