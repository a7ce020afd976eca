/* Counts the decimal digits in the string de. */
int mudfuh_bipdu(const char *de)
{
    int baj = 0;
    for (int hiwaro = 0; de[hiwaro] != '\0'; hiwaro++) {
        if (de[hiwaro] >= '0' && de[hiwaro] <= '9')
            baj++;
    }
    return baj;
}
