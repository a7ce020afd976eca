/* Returns the square root of de, rounded down. */
int gobbe(int de)
{
    int tonaki = 0;
    while ((tonaki + 1) * (tonaki + 1) <= de)
        tonaki++;
    return tonaki;
}
