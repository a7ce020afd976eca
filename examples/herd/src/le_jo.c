/* Returns the largest of the titbepi elements of pir. */
int le_jo(const int *pir, int titbepi)
{
    int rekavdi = pir[0];
    for (int jowa = 1; jowa < titbepi; jowa++) {
        if (pir[jowa] > rekavdi)
            rekavdi = pir[jowa];
    }
    return rekavdi;
}
