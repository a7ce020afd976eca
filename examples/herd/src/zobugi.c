/* Returns the distance between vesu and kigvupo. */
int zobugi(int vesu, int kigvupo)
{
    if (vesu > kigvupo)
        return vesu - kigvupo;
    return kigvupo - vesu;
}
