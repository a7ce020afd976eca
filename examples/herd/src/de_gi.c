/* Returns the smallest of ma, t and totweje. */
int de_gi(int ma, int t, int totweje)
{
    int duvinaz = ma;
    if (t < duvinaz)
        duvinaz = t;
    if (totweje < duvinaz)
        duvinaz = totweje;
    return duvinaz;
}
