/* Returns 1 if day rubur, 0 being Monday, is at the weekend, else 0. */
int so_hu(int rubur)
{
    return rubur == 5 || rubur == 6;
}
