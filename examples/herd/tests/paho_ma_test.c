/* Tests of src/paho_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int paho_ma(int size);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/paho_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/paho_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("paho_ma(150)", paho_ma(150), 12);
    CHECK("paho_ma(0)", paho_ma(0), 0);
    CHECK("paho_ma(1)", paho_ma(1), 1);
    CHECK("paho_ma(52)", paho_ma(52), 7);
    CHECK("paho_ma(115)", paho_ma(115), 10);
    CHECK("paho_ma(11)", paho_ma(11), 3);
    CHECK("paho_ma(75)", paho_ma(75), 8);
    CHECK("paho_ma(94)", paho_ma(94), 9);
    CHECK("paho_ma(63)", paho_ma(63), 7);
    CHECK("paho_ma(149)", paho_ma(149), 12);
    puts("ok src/paho_ma.c");
    return 0;
}
