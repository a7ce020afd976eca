/* Tests of src/wojwo_pefu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wojwo_pefu(int zuwuc, int susob);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wojwo_pefu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wojwo_pefu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wojwo_pefu(0, 7)", wojwo_pefu(0, 7), 7);
    CHECK("wojwo_pefu(5, 6)", wojwo_pefu(5, 6), 1);
    CHECK("wojwo_pefu(-11, -11)", wojwo_pefu(-11, -11), 0);
    CHECK("wojwo_pefu(12, 12)", wojwo_pefu(12, 12), 0);
    CHECK("wojwo_pefu(8, -2)", wojwo_pefu(8, -2), 10);
    CHECK("wojwo_pefu(6, -5)", wojwo_pefu(6, -5), 11);
    CHECK("wojwo_pefu(13, 13)", wojwo_pefu(13, 13), 0);
    CHECK("wojwo_pefu(13, 6)", wojwo_pefu(13, 6), 7);
    CHECK("wojwo_pefu(-6, 5)", wojwo_pefu(-6, 5), 11);
    CHECK("wojwo_pefu(0, 3)", wojwo_pefu(0, 3), 3);
    puts("ok src/wojwo_pefu.c");
    return 0;
}
