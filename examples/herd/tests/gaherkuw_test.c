/* Tests of src/gaherkuw.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gaherkuw(int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gaherkuw.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gaherkuw.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gaherkuw(2)", gaherkuw(2), 0);
    CHECK("gaherkuw(12)", gaherkuw(12), 4);
    CHECK("gaherkuw(3)", gaherkuw(3), 1);
    CHECK("gaherkuw(54)", gaherkuw(54), 18);
    CHECK("gaherkuw(16)", gaherkuw(16), 5);
    CHECK("gaherkuw(39)", gaherkuw(39), 13);
    CHECK("gaherkuw(4)", gaherkuw(4), 1);
    CHECK("gaherkuw(58)", gaherkuw(58), 19);
    CHECK("gaherkuw(20)", gaherkuw(20), 6);
    CHECK("gaherkuw(44)", gaherkuw(44), 14);
    puts("ok src/gaherkuw.c");
    return 0;
}
