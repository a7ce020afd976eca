/* Tests of src/garobi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int garobi(int s);
int garobi_jo(const int *v, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/garobi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/garobi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("garobi(14)", garobi(14), 105);
    CHECK("garobi(16)", garobi(16), 136);
    CHECK("garobi(40)", garobi(40), 820);
    CHECK("garobi(1)", garobi(1), 1);
    CHECK("garobi(0)", garobi(0), 0);
    CHECK("garobi(10)", garobi(10), 55);
    CHECK("garobi(19)", garobi(19), 190);
    CHECK("garobi(36)", garobi(36), 666);
    CHECK("garobi(29)", garobi(29), 435);
    CHECK("garobi(18)", garobi(18), 171);
    CHECK("garobi_jo({-1, 2, -1}, 3)", garobi_jo((const int[]){-1, 2, -1, 77}, 3), -2);
    CHECK("garobi_jo({1, 0, 3, -2, 2, 3}, 6)", garobi_jo((const int[]){1, 0, 3, -2, 2, 3, 77}, 6), 7);
    CHECK("garobi_jo({1, -4, 0, 1}, 4)", garobi_jo((const int[]){1, -4, 0, 1, 77}, 4), 2);
    CHECK("garobi_jo({0, 1, 3, -2}, 4)", garobi_jo((const int[]){0, 1, 3, -2, 77}, 4), 4);
    CHECK("garobi_jo({1}, 1)", garobi_jo((const int[]){1, 77}, 1), 1);
    CHECK("garobi_jo({3}, 1)", garobi_jo((const int[]){3, 77}, 1), 3);
    CHECK("garobi_jo({-1, 2, -2, 0, -2, 6}, 6)", garobi_jo((const int[]){-1, 2, -2, 0, -2, 6, 77}, 6), -1);
    CHECK("garobi_jo({-1, 7}, 2)", garobi_jo((const int[]){-1, 7, 77}, 2), 6);
    CHECK("garobi_jo({-4}, 1)", garobi_jo((const int[]){-4, 77}, 1), 0);
    CHECK("garobi_jo({-2, 5, 0}, 3)", garobi_jo((const int[]){-2, 5, 0, 77}, 3), 5);
    puts("ok src/garobi.c");
    return 0;
}
