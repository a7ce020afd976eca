/* Tests of src/rila_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rila_ma(int de, int le, int g);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rila_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rila_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rila_ma(1, 1, 1)", rila_ma(1, 1, 1), 1);
    CHECK("rila_ma(1, 1, 0)", rila_ma(1, 1, 0), 1);
    CHECK("rila_ma(0, 1, 0)", rila_ma(0, 1, 0), 0);
    CHECK("rila_ma(1, 0, 1)", rila_ma(1, 0, 1), 1);
    CHECK("rila_ma(0, 0, 1)", rila_ma(0, 0, 1), 0);
    CHECK("rila_ma(0, 1, 1)", rila_ma(0, 1, 1), 1);
    CHECK("rila_ma(0, 0, 0)", rila_ma(0, 0, 0), 0);
    CHECK("rila_ma(1, 0, 0)", rila_ma(1, 0, 0), 0);
    puts("ok src/rila_ma.c");
    return 0;
}
