/* Tests of src/zipi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zipi(int kora, int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zipi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zipi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zipi(30, 30)", zipi(30, 30), 0);
    CHECK("zipi(18, 18)", zipi(18, 18), 0);
    CHECK("zipi(2, 10)", zipi(2, 10), 0);
    CHECK("zipi(13, 10)", zipi(13, 10), 1);
    CHECK("zipi(3, 20)", zipi(3, 20), 1);
    CHECK("zipi(18, 1)", zipi(18, 1), 1);
    CHECK("zipi(13, 26)", zipi(13, 26), 0);
    CHECK("zipi(1, 27)", zipi(1, 27), 1);
    CHECK("zipi(2, 1)", zipi(2, 1), 1);
    CHECK("zipi(24, 26)", zipi(24, 26), 0);
    puts("ok src/zipi.c");
    return 0;
}
