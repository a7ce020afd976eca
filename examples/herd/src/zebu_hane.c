/* Returns the fee for de kilos: 5 up to 10 kilos, else 12. */
int zebu_hane(int de)
{
    if (de <= 10)
        return 5;
    return 12;
}
