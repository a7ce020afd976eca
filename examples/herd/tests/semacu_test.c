/* Tests of src/semacu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int semacu(int f, int dovatok);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/semacu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/semacu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("semacu(-3, -4)", semacu(-3, -4), 1);
    CHECK("semacu(3, 2)", semacu(3, 2), 1);
    CHECK("semacu(-6, -8)", semacu(-6, -8), 2);
    CHECK("semacu(8, 8)", semacu(8, 8), 0);
    CHECK("semacu(-6, -6)", semacu(-6, -6), 0);
    CHECK("semacu(-14, 10)", semacu(-14, 10), 24);
    CHECK("semacu(-6, 3)", semacu(-6, 3), 9);
    CHECK("semacu(-3, -2)", semacu(-3, -2), 1);
    CHECK("semacu(-2, -3)", semacu(-2, -3), 1);
    CHECK("semacu(-8, -5)", semacu(-8, -5), 3);
    puts("ok src/semacu.c");
    return 0;
}
