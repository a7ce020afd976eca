/* Returns the leading decimal digit of result. */
int ma_le(int result)
{
    while (result >= 10)
        result /= 10;
    return result;
}
