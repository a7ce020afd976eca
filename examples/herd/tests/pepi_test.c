/* Tests of src/pepi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int pepi(int bo, int wirigki);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/pepi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/pepi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("pepi(2, 1)", pepi(2, 1), 7);
    CHECK("pepi(5, 6)", pepi(5, 6), 21);
    CHECK("pepi(5, 2)", pepi(5, 2), 17);
    CHECK("pepi(1, 1)", pepi(1, 1), 4);
    CHECK("pepi(1, 2)", pepi(1, 2), 5);
    CHECK("pepi(6, 9)", pepi(6, 9), 27);
    CHECK("pepi(0, 1)", pepi(0, 1), 1);
    CHECK("pepi(1, 3)", pepi(1, 3), 6);
    CHECK("pepi(9, 2)", pepi(9, 2), 29);
    CHECK("pepi(9, 9)", pepi(9, 9), 36);
    puts("ok src/pepi.c");
    return 0;
}
