/* Returns the day of the week dobo days after day hu, in 0 to 6. */
int bo_jime(int hu, int dobo)
{
    return (hu + dobo) % 7;
}
