/* Tests of src/hu_hole.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_hole(int x, int next);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_hole.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_hole.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_hole(2, 1)", hu_hole(2, 1), 1);
    CHECK("hu_hole(-13, -7)", hu_hole(-13, -7), 3);
    CHECK("hu_hole(12, -14)", hu_hole(12, -14), 4);
    CHECK("hu_hole(9, -13)", hu_hole(9, -13), 4);
    CHECK("hu_hole(5, 1)", hu_hole(5, 1), 1);
    CHECK("hu_hole(-7, 2)", hu_hole(-7, 2), 2);
    CHECK("hu_hole(-8, 4)", hu_hole(-8, 4), 2);
    CHECK("hu_hole(5, -9)", hu_hole(5, -9), 4);
    CHECK("hu_hole(9, 6)", hu_hole(9, 6), 1);
    CHECK("hu_hole(2, 3)", hu_hole(2, 3), 1);
    puts("ok src/hu_hole.c");
    return 0;
}
