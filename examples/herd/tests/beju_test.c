/* Tests of src/beju.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int beju(int coni);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/beju.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/beju.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("beju(8)", beju(8), 8);
    CHECK("beju(-1)", beju(-1), 1);
    CHECK("beju(9)", beju(9), 9);
    CHECK("beju(-12)", beju(-12), 12);
    CHECK("beju(-7)", beju(-7), 7);
    CHECK("beju(-10)", beju(-10), 10);
    CHECK("beju(12)", beju(12), 12);
    CHECK("beju(-14)", beju(-14), 14);
    CHECK("beju(-4)", beju(-4), 4);
    CHECK("beju(10)", beju(10), 10);
    puts("ok src/beju.c");
    return 0;
}
