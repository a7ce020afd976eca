/* Divides hihcoz by 16 and rounds to the nearest number. */
int bega_gi(int hihcoz)
{
    return (hihcoz + 16 / 2) / 16;
}
