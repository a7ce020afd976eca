/* Returns the leading decimal digit of jafiz. */
int facmi_neju(int jafiz)
{
    while (jafiz >= 10)
        jafiz -= 10;
    return jafiz;
}
