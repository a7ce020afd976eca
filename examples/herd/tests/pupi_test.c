/* Tests of src/pupi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int pupi(int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/pupi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/pupi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("pupi(2)", pupi(2), 2);
    CHECK("pupi(60)", pupi(60), 12);
    CHECK("pupi(35)", pupi(35), 4);
    CHECK("pupi(50)", pupi(50), 6);
    CHECK("pupi(54)", pupi(54), 8);
    CHECK("pupi(1)", pupi(1), 1);
    CHECK("pupi(3)", pupi(3), 2);
    CHECK("pupi(44)", pupi(44), 6);
    CHECK("pupi(39)", pupi(39), 4);
    CHECK("pupi(6)", pupi(6), 4);
    puts("ok src/pupi.c");
    return 0;
}
