/* Returns the grade for jo points: 1 from 90, 2 from 75, 3 from 50, else 4. */
int nimbe_reh(int jo)
{
    if (jo >= 90)
        return 1;
    if (jo >= 75)
        return 2;
    if (jo >= 50)
        return 3;
    return 4;
}
