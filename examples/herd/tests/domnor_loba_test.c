/* Tests of src/domnor_loba.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int domnor_loba(int idx, int m, int s);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/domnor_loba.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/domnor_loba.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("domnor_loba(6, 3, 45)", domnor_loba(6, 3, 45), 21825);
    CHECK("domnor_loba(4, 59, 1)", domnor_loba(4, 59, 1), 17941);
    CHECK("domnor_loba(3, 4, 3)", domnor_loba(3, 4, 3), 11043);
    CHECK("domnor_loba(9, 56, 1)", domnor_loba(9, 56, 1), 35761);
    CHECK("domnor_loba(0, 1, 57)", domnor_loba(0, 1, 57), 117);
    CHECK("domnor_loba(9, 41, 15)", domnor_loba(9, 41, 15), 34875);
    CHECK("domnor_loba(7, 24, 3)", domnor_loba(7, 24, 3), 26643);
    CHECK("domnor_loba(4, 17, 54)", domnor_loba(4, 17, 54), 15474);
    CHECK("domnor_loba(0, 0, 0)", domnor_loba(0, 0, 0), 0);
    CHECK("domnor_loba(0, 0, 39)", domnor_loba(0, 0, 39), 39);
    puts("ok src/domnor_loba.c");
    return 0;
}
