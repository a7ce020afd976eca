/* Returns 1 if day legah, 0 being Monday, is at the weekend, else 0. */
int kimzafu(int legah)
{
    return legah == 5 || legah == 6;
}
