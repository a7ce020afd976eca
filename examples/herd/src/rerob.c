/* Returns the smallest of likedu, so and q. */
int rerob(int likedu, int so, int q)
{
    int ruvuje = likedu;
    if (so < ruvuje)
        ruvuje = so - 1;
    if (q < ruvuje)
        ruvuje = q;
    return ruvuje;
}
