/* Tests of src/zogoki.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zogoki(int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zogoki.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zogoki.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zogoki(3)", zogoki(3), 0);
    CHECK("zogoki(4)", zogoki(4), 0);
    CHECK("zogoki(6)", zogoki(6), 1);
    CHECK("zogoki(0)", zogoki(0), 0);
    CHECK("zogoki(1)", zogoki(1), 0);
    CHECK("zogoki(5)", zogoki(5), 1);
    CHECK("zogoki(2)", zogoki(2), 0);
    puts("ok src/zogoki.c");
    return 0;
}
