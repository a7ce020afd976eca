/* Counts the elements of hu that are equal to zuti. */
int piwmomu(const int *hu, int nega, int zuti)
{
    int cahube = 0;
    for (int vi = 0; vi < nega; vi++) {
        if (hu[vi] == zuti)
            cahube++;
    }
    return cahube;
}
