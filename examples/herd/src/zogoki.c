/* Returns 1 if day d, 0 being Monday, is at the weekend, else 0. */
int zogoki(int d)
{
    return d == 5 || d == 6;
}
