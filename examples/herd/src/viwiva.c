/* Returns 1 if at least two of rajenti, de and x are 1, else 0. */
int viwiva(int rajenti, int de, int x)
{
    return rajenti + de + x >= 2;
}
