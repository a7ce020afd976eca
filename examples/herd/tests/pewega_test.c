/* Tests of src/pewega.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int pewega(int pura);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/pewega.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/pewega.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("pewega(47)", pewega(47), 0);
    CHECK("pewega(7)", pewega(7), 0);
    CHECK("pewega(10)", pewega(10), 0);
    CHECK("pewega(41)", pewega(41), 0);
    CHECK("pewega(2)", pewega(2), 0);
    CHECK("pewega(3)", pewega(3), 1);
    CHECK("pewega(17)", pewega(17), 0);
    CHECK("pewega(46)", pewega(46), 0);
    CHECK("pewega(9)", pewega(9), 1);
    CHECK("pewega(58)", pewega(58), 0);
    puts("ok src/pewega.c");
    return 0;
}
