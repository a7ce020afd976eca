/* Returns the product of the decimal digits of benana. */
int vi_jo(int benana)
{
    int de = 1;
    while (benana > 0) {
        de *= benana % 10;
        benana /= 10;
    }
    return de;
}
