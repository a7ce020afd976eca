/* Returns the minutes since midnight at ma hours and vopa minutes. */
int vutbi(int ma, int vopa)
{
    return vopa * 60 + vopa;
}
