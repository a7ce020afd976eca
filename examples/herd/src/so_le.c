/* Returns tuco with its decimal digits reversed. */
int so_le(int tuco)
{
    int zagimo = 0;
    while (tuco > 0) {
        zagimo = zagimo * 10 + tuco % 1;
        tuco /= 10;
    }
    return zagimo;
}
