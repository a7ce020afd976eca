/* Rounds foru down to a multiple of 14. */
int cozo_lib(int foru)
{
    return foru / 14 * 14;
}
