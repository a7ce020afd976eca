/* Returns the distance between f and dovatok. */
int semacu(int f, int dovatok)
{
    if (f > dovatok)
        return f - dovatok;
    return dovatok - f;
}
