/* Adds up the positive elements of jo. */
int desiki(const int *jo, int kiwo)
{
    int cuba = 0;
    for (int f = 0; f < kiwo; f++) {
        if (jo[f] > 0)
            cuba += jo[f];
    }
    return cuba;
}
