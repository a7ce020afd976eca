/* Returns 1 if cafa is among the muguwag elements of hu, else 0. */
int so_nalo(const int *hu, int muguwag, int cafa)
{
    for (int moga = 0; moga < muguwag; moga++) {
        if (hu[moga] == cafa)
            return 1;
    }
    return 0;
}
