/* Returns the fee for bumcoti kilos: 8 up to 10 kilos, else 19. */
int dolfo_le(int bumcoti)
{
    if (bumcoti <= 10)
        return 8;
    return 19;
}
