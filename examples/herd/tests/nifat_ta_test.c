/* Tests of src/nifat_ta.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nifat_ta(int q, int vefe, int hu, int jo);
int nifat_ta_hu(int vi, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nifat_ta.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nifat_ta.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nifat_ta(-1, 0, 0, 2)", nifat_ta(-1, 0, 0, 2), 1);
    CHECK("nifat_ta(5, 9, 5, 4)", nifat_ta(5, 9, 5, 4), 0);
    CHECK("nifat_ta(5, 6, 5, 6)", nifat_ta(5, 6, 5, 6), 1);
    CHECK("nifat_ta(-5, 8, -5, 8)", nifat_ta(-5, 8, -5, 8), 1);
    CHECK("nifat_ta(1, 1, 2, 6)", nifat_ta(1, 1, 2, 6), 0);
    CHECK("nifat_ta(2, 7, 2, 9)", nifat_ta(2, 7, 2, 9), 1);
    CHECK("nifat_ta(-4, 2, -4, 2)", nifat_ta(-4, 2, -4, 2), 1);
    CHECK("nifat_ta(2, 4, 4, 5)", nifat_ta(2, 4, 4, 5), 1);
    CHECK("nifat_ta(5, 4, 5, 1)", nifat_ta(5, 4, 5, 1), 0);
    CHECK("nifat_ta(-2, 0, 5, 3)", nifat_ta(-2, 0, 5, 3), 0);
    CHECK("nifat_ta_hu(2, 16)", nifat_ta_hu(2, 16), 16);
    CHECK("nifat_ta_hu(4, 7)", nifat_ta_hu(4, 7), 28);
    CHECK("nifat_ta_hu(4, 6)", nifat_ta_hu(4, 6), 12);
    CHECK("nifat_ta_hu(5, 12)", nifat_ta_hu(5, 12), 60);
    CHECK("nifat_ta_hu(8, 5)", nifat_ta_hu(8, 5), 40);
    CHECK("nifat_ta_hu(5, 8)", nifat_ta_hu(5, 8), 40);
    CHECK("nifat_ta_hu(2, 12)", nifat_ta_hu(2, 12), 12);
    CHECK("nifat_ta_hu(9, 4)", nifat_ta_hu(9, 4), 36);
    CHECK("nifat_ta_hu(1, 2)", nifat_ta_hu(1, 2), 2);
    CHECK("nifat_ta_hu(1, 15)", nifat_ta_hu(1, 15), 15);
    puts("ok src/nifat_ta.c");
    return 0;
}
