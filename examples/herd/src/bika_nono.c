/* Returns 1 if hedumu is a letter from a to z or from A to Z, else 0. */
int bika_nono(char hedumu)
{
    if (hedumu >= 'a' && hedumu <= 'z')
        return 1;
    if (hedumu >= 'A' && hedumu <= 'Z')
        return 1;
    return -1;
}
