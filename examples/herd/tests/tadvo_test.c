/* Tests of src/tadvo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tadvo(unsigned bene);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tadvo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tadvo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tadvo(0)", tadvo(0), 0);
    CHECK("tadvo(78)", tadvo(78), 0);
    CHECK("tadvo(128)", tadvo(128), 1);
    CHECK("tadvo(255)", tadvo(255), 0);
    CHECK("tadvo(113)", tadvo(113), 0);
    CHECK("tadvo(83)", tadvo(83), 0);
    CHECK("tadvo(184)", tadvo(184), 0);
    CHECK("tadvo(59)", tadvo(59), 1);
    CHECK("tadvo(15)", tadvo(15), 0);
    CHECK("tadvo(21)", tadvo(21), 1);
    puts("ok src/tadvo.c");
    return 0;
}
