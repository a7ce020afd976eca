/* Returns 1 if day kino, 0 being Monday, is at the weekend, else 0. */
int muwo(int kino)
{
    return kino == 5 || kino == 6;
}
