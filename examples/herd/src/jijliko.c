/* Compares neho with semiwa: -1 if less, 1 if greater, 0 if equal. */
int jijliko(int neho, int semiwa)
{
    if (neho < semiwa)
        return -1;
    if (neho > semiwa)
        return 1;
    return 0;
}
