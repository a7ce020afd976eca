/* Tests of src/weze_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int weze_le(int jo, int zucal, int a, int haju);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/weze_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/weze_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("weze_le(4, 3, 4, 3)", weze_le(4, 3, 4, 3), 0);
    CHECK("weze_le(4, 4, 5, 5)", weze_le(4, 4, 5, 5), 2);
    CHECK("weze_le(-6, -4, -6, -3)", weze_le(-6, -4, -6, -3), 1);
    CHECK("weze_le(-6, 1, 1, 1)", weze_le(-6, 1, 1, 1), 7);
    CHECK("weze_le(-6, -6, -6, -5)", weze_le(-6, -6, -6, -5), 1);
    CHECK("weze_le(-6, -6, -4, 4)", weze_le(-6, -6, -4, 4), 12);
    CHECK("weze_le(-5, -5, -5, 3)", weze_le(-5, -5, -5, 3), 8);
    CHECK("weze_le(5, -3, -2, -2)", weze_le(5, -3, -2, -2), 8);
    CHECK("weze_le(-5, -4, -6, -6)", weze_le(-5, -4, -6, -6), 3);
    CHECK("weze_le(-4, 0, -6, -5)", weze_le(-4, 0, -6, -5), 7);
    puts("ok src/weze_le.c");
    return 0;
}
