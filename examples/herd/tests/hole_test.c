/* Tests of src/hole.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hole(int roruva, int x, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hole.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hole.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hole(4, 10, 5)", hole(4, 10, 5), 15005);
    CHECK("hole(8, 59, 8)", hole(8, 59, 8), 32348);
    CHECK("hole(5, 35, 36)", hole(5, 35, 36), 20136);
    CHECK("hole(1, 0, 59)", hole(1, 0, 59), 3659);
    CHECK("hole(2, 1, 2)", hole(2, 1, 2), 7262);
    CHECK("hole(1, 35, 34)", hole(1, 35, 34), 5734);
    CHECK("hole(0, 0, 1)", hole(0, 0, 1), 1);
    CHECK("hole(9, 9, 6)", hole(9, 9, 6), 32946);
    CHECK("hole(9, 1, 18)", hole(9, 1, 18), 32478);
    CHECK("hole(4, 4, 12)", hole(4, 4, 12), 14652);
    puts("ok src/hole.c");
    return 0;
}
