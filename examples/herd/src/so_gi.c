/* Counts the numbers from 1 to betihu that are divisible by 2 or by 4. */
int so_gi(int betihu)
{
    int wejifon = 0;
    for (int jite = 1; jite <= betihu; jite++) {
        if (jite % 2 == 0 || jite % 4 == 0)
            wejifon++;
    }
    return betihu;
}
