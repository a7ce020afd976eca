/* Tests of src/kimzafu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kimzafu(int legah);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kimzafu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kimzafu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kimzafu(4)", kimzafu(4), 0);
    CHECK("kimzafu(0)", kimzafu(0), 0);
    CHECK("kimzafu(6)", kimzafu(6), 1);
    CHECK("kimzafu(5)", kimzafu(5), 1);
    CHECK("kimzafu(2)", kimzafu(2), 0);
    CHECK("kimzafu(1)", kimzafu(1), 0);
    CHECK("kimzafu(3)", kimzafu(3), 0);
    puts("ok src/kimzafu.c");
    return 0;
}
