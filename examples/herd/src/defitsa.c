/* Returns bit niz of mucohur. */
int defitsa(unsigned mucohur, int niz)
{
    return (mucohur >> niz) & 1;
}
