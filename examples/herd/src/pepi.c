/* Returns the points for bo wins, 3 each, and wirigki draws, 1 each. */
int pepi(int bo, int wirigki)
{
    return bo * 3 + wirigki;
}
