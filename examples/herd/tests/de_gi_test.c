/* Tests of src/de_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_gi(int ma, int t, int totweje);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_gi(-12, 4, 7)", de_gi(-12, 4, 7), -12);
    CHECK("de_gi(1, 2, 2)", de_gi(1, 2, 2), 1);
    CHECK("de_gi(-13, -13, -13)", de_gi(-13, -13, -13), -13);
    CHECK("de_gi(-8, 8, 3)", de_gi(-8, 8, 3), -8);
    CHECK("de_gi(-1, -10, 8)", de_gi(-1, -10, 8), -10);
    CHECK("de_gi(-11, -10, -11)", de_gi(-11, -10, -11), -11);
    CHECK("de_gi(-14, -8, -14)", de_gi(-14, -8, -14), -14);
    CHECK("de_gi(6, 5, 5)", de_gi(6, 5, 5), 5);
    CHECK("de_gi(-10, 11, 11)", de_gi(-10, 11, 11), -10);
    CHECK("de_gi(-11, 12, -10)", de_gi(-11, 12, -10), -11);
    puts("ok src/de_gi.c");
    return 0;
}
