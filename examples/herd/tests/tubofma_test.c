/* Tests of src/tubofma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tubofma(int jetu, int nudwufi, int bofohi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tubofma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tubofma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tubofma(9, 9, 8)", tubofma(9, 9, 8), 1);
    CHECK("tubofma(2, 7, 3)", tubofma(2, 7, 3), 0);
    CHECK("tubofma(9, 2, 6)", tubofma(9, 2, 6), 0);
    CHECK("tubofma(5, 6, 3)", tubofma(5, 6, 3), 1);
    CHECK("tubofma(3, 1, 2)", tubofma(3, 1, 2), 0);
    CHECK("tubofma(1, 2, 2)", tubofma(1, 2, 2), 1);
    CHECK("tubofma(5, 3, 6)", tubofma(5, 3, 6), 1);
    CHECK("tubofma(9, 8, 9)", tubofma(9, 8, 9), 1);
    CHECK("tubofma(5, 5, 5)", tubofma(5, 5, 5), 1);
    CHECK("tubofma(1, 7, 7)", tubofma(1, 7, 7), 1);
    puts("ok src/tubofma.c");
    return 0;
}
