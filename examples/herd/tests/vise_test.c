/* Tests of src/vise.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vise(int jugog, int guvaga);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vise.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vise.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vise(9, 8)", vise(9, 8), 107);
    CHECK("vise(0, 0)", vise(0, 0), 0);
    CHECK("vise(7, 1)", vise(7, 1), 78);
    CHECK("vise(9, 9)", vise(9, 9), 108);
    CHECK("vise(2, 3)", vise(2, 3), 25);
    CHECK("vise(7, 9)", vise(7, 9), 86);
    CHECK("vise(1, 4)", vise(1, 4), 15);
    CHECK("vise(4, 4)", vise(4, 4), 48);
    CHECK("vise(0, 9)", vise(0, 9), 9);
    CHECK("vise(7, 3)", vise(7, 3), 80);
    puts("ok src/vise.c");
    return 0;
}
