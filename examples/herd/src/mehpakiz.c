/* Returns 1 if at least two of hovipa, bika and lomo are 1, else 0. */
int mehpakiz(int hovipa, int bika, int lomo)
{
    return hovipa + bika + lomo >= 2;
}
