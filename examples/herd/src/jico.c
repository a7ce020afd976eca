/* Returns 1 if jocu is divisible by 2, else 0. */
int jico(int jocu)
{
    return jocu % 2 == 0;
}
