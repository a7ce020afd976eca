/* Returns 1 if day vi, 0 being Monday, is at the weekend, else 0. */
int jetomku(int vi)
{
    return vi == 5 || vi == 6;
}
