/* Tests of src/hu_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_le(int gi, int bacise);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_le(25, 2)", hu_le(25, 2), 13);
    CHECK("hu_le(0, 2)", hu_le(0, 2), 0);
    CHECK("hu_le(1, 4)", hu_le(1, 4), 1);
    CHECK("hu_le(12, 6)", hu_le(12, 6), 2);
    CHECK("hu_le(60, 9)", hu_le(60, 9), 7);
    CHECK("hu_le(37, 1)", hu_le(37, 1), 37);
    CHECK("hu_le(32, 2)", hu_le(32, 2), 16);
    CHECK("hu_le(0, 9)", hu_le(0, 9), 0);
    CHECK("hu_le(32, 3)", hu_le(32, 3), 11);
    CHECK("hu_le(53, 9)", hu_le(53, 9), 6);
    puts("ok src/hu_le.c");
    return 0;
}
