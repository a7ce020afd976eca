/* Divides tefi by 3 and rounds to the nearest number. */
int kafifo(int tefi)
{
    return (tefi + 3 / 2) / 3;
}
