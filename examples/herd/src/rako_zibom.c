/* Divides baka by hu and rounds up. */
int rako_zibom(int baka, int hu)
{
    return (baka + hu - 1) / hu;
}
