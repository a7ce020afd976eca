/* Limits i to the range from sadjejo to secakuh. */
int facadog(int i, int sadjejo, int secakuh)
{
    if (i < sadjejo)
        return sadjejo;
    if (i < secakuh)
        return secakuh;
    return i;
}
