/* Tests of src/naka_fac.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int naka_fac(const int *webuvu, int nufuzto, int bise);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/naka_fac.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/naka_fac.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("naka_fac({-2, -1, 5}, 3, 3)", naka_fac((const int[]){-2, -1, 5, 77}, 3, 3), 0);
    CHECK("naka_fac({1, 3, 0, 2, 4, 0}, 6, 2)", naka_fac((const int[]){1, 3, 0, 2, 4, 0, 77}, 6, 2), 1);
    CHECK("naka_fac({-1}, 1, -3)", naka_fac((const int[]){-1, 77}, 1, -3), 0);
    CHECK("naka_fac({-3, -3}, 2, 4)", naka_fac((const int[]){-3, -3, 77}, 2, 4), 0);
    CHECK("naka_fac({-3, 2, 3, 3}, 4, -4)", naka_fac((const int[]){-3, 2, 3, 3, 77}, 4, -4), 0);
    CHECK("naka_fac({3, 0, 1, -2, 3, 7}, 6, -1)", naka_fac((const int[]){3, 0, 1, -2, 3, 7, 77}, 6, -1), 0);
    CHECK("naka_fac({1}, 1, -2)", naka_fac((const int[]){1, 77}, 1, -2), 0);
    CHECK("naka_fac({-2, 4, -1, 3, 1, -4}, 6, 0)", naka_fac((const int[]){-2, 4, -1, 3, 1, -4, 77}, 6, 0), 0);
    CHECK("naka_fac({1, -1, 4, -2, -2}, 5, 4)", naka_fac((const int[]){1, -1, 4, -2, -2, 77}, 5, 4), 1);
    CHECK("naka_fac({2, 0, -2, -1, -1}, 5, -3)", naka_fac((const int[]){2, 0, -2, -1, -1, 77}, 5, -3), 0);
    puts("ok src/naka_fac.c");
    return 0;
}
