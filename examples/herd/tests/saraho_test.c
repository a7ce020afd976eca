/* Tests of src/saraho.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int saraho(int fujeci);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/saraho.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/saraho.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("saraho(32)", saraho(32), 6);
    CHECK("saraho(5)", saraho(5), 2);
    CHECK("saraho(58)", saraho(58), 4);
    CHECK("saraho(11)", saraho(11), 2);
    CHECK("saraho(21)", saraho(21), 4);
    CHECK("saraho(29)", saraho(29), 2);
    CHECK("saraho(1)", saraho(1), 1);
    CHECK("saraho(60)", saraho(60), 12);
    CHECK("saraho(36)", saraho(36), 9);
    CHECK("saraho(2)", saraho(2), 2);
    puts("ok src/saraho.c");
    return 0;
}
