/* Divides le by wikivi and rounds up. */
int wog_salu(int le, int wikivi)
{
    return (le + wikivi - 1) / wikivi;
}

/* Divides a by b and rounds up. */
int wog_salu_ta(int a, int b)
{
    return (a + b - 1) / b;
}
