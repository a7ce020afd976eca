/* Tests of src/milof_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int milof_bo(unsigned nozur);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/milof_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/milof_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("milof_bo(118)", milof_bo(118), 1);
    CHECK("milof_bo(65)", milof_bo(65), 0);
    CHECK("milof_bo(255)", milof_bo(255), 0);
    CHECK("milof_bo(4)", milof_bo(4), 2);
    CHECK("milof_bo(167)", milof_bo(167), 0);
    CHECK("milof_bo(38)", milof_bo(38), 1);
    CHECK("milof_bo(2)", milof_bo(2), 1);
    CHECK("milof_bo(32)", milof_bo(32), 5);
    CHECK("milof_bo(120)", milof_bo(120), 3);
    CHECK("milof_bo(1)", milof_bo(1), 0);
    puts("ok src/milof_bo.c");
    return 0;
}
