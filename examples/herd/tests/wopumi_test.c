/* Tests of src/wopumi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wopumi(int le, int h, int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wopumi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wopumi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wopumi(-14, -5, 12)", wopumi(-14, -5, 12), -5);
    CHECK("wopumi(-8, -9, 1)", wopumi(-8, -9, 1), -8);
    CHECK("wopumi(-13, 0, 1)", wopumi(-13, 0, 1), 0);
    CHECK("wopumi(-13, -9, 2)", wopumi(-13, -9, 2), -9);
    CHECK("wopumi(-4, -5, 2)", wopumi(-4, -5, 2), -4);
    CHECK("wopumi(-8, -5, 5)", wopumi(-8, -5, 5), -5);
    CHECK("wopumi(-5, 0, 12)", wopumi(-5, 0, 12), 0);
    CHECK("wopumi(0, -9, 7)", wopumi(0, -9, 7), 0);
    CHECK("wopumi(-12, -8, 1)", wopumi(-12, -8, 1), -8);
    CHECK("wopumi(-10, -9, 2)", wopumi(-10, -9, 2), -9);
    puts("ok src/wopumi.c");
    return 0;
}
