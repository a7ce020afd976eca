/* Tests of src/le_wugu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_wugu(int a, int top, int base);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_wugu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_wugu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_wugu(-8, -8, -7)", le_wugu(-8, -8, -7), -7);
    CHECK("le_wugu(-14, -14, -14)", le_wugu(-14, -14, -14), -14);
    CHECK("le_wugu(-1, -1, -1)", le_wugu(-1, -1, -1), -1);
    CHECK("le_wugu(-12, -12, -13)", le_wugu(-12, -12, -13), -12);
    CHECK("le_wugu(-12, -7, -12)", le_wugu(-12, -7, -12), -7);
    CHECK("le_wugu(-10, -10, -3)", le_wugu(-10, -10, -3), -3);
    CHECK("le_wugu(-6, -7, -2)", le_wugu(-6, -7, -2), -2);
    CHECK("le_wugu(-3, -3, -5)", le_wugu(-3, -3, -5), -3);
    CHECK("le_wugu(-7, 4, 6)", le_wugu(-7, 4, 6), 6);
    CHECK("le_wugu(10, 11, 11)", le_wugu(10, 11, 11), 11);
    puts("ok src/le_wugu.c");
    return 0;
}
