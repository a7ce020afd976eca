/* Tests of src/sugok.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sugok(int nefice);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sugok.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sugok.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sugok(50)", sugok(50), 140);
    CHECK("sugok(5)", sugok(5), 5);
    CHECK("sugok(42)", sugok(42), 116);
    CHECK("sugok(6)", sugok(6), 8);
    CHECK("sugok(35)", sugok(35), 95);
    CHECK("sugok(37)", sugok(37), 101);
    CHECK("sugok(46)", sugok(46), 128);
    CHECK("sugok(4)", sugok(4), 5);
    CHECK("sugok(2)", sugok(2), 5);
    CHECK("sugok(39)", sugok(39), 107);
    puts("ok src/sugok.c");
    return 0;
}
