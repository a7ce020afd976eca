/* Tests of src/ropivo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ropivo(int ta, int kahace);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ropivo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ropivo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ropivo(12, 5)", ropivo(12, 5), 1);
    CHECK("ropivo(5, -12)", ropivo(5, -12), 4);
    CHECK("ropivo(13, 5)", ropivo(13, 5), 1);
    CHECK("ropivo(-13, -13)", ropivo(-13, -13), 3);
    CHECK("ropivo(-8, -8)", ropivo(-8, -8), 3);
    CHECK("ropivo(7, -6)", ropivo(7, -6), 4);
    CHECK("ropivo(-1, -13)", ropivo(-1, -13), 3);
    CHECK("ropivo(2, 2)", ropivo(2, 2), 1);
    CHECK("ropivo(-4, -3)", ropivo(-4, -3), 3);
    CHECK("ropivo(-2, -1)", ropivo(-2, -1), 3);
    puts("ok src/ropivo.c");
    return 0;
}
