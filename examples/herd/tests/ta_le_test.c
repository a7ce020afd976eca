/* Tests of src/ta_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_le(int a, int b);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_le(-5, -6)", ta_le(-5, -6), 1);
    CHECK("ta_le(7, -2)", ta_le(7, -2), 1);
    CHECK("ta_le(-6, 2)", ta_le(-6, 2), -1);
    CHECK("ta_le(-12, -12)", ta_le(-12, -12), 0);
    CHECK("ta_le(14, 14)", ta_le(14, 14), 0);
    CHECK("ta_le(-13, -13)", ta_le(-13, -13), 0);
    CHECK("ta_le(2, -5)", ta_le(2, -5), 1);
    CHECK("ta_le(10, 11)", ta_le(10, 11), -1);
    CHECK("ta_le(2, -12)", ta_le(2, -12), 1);
    CHECK("ta_le(-6, -8)", ta_le(-6, -8), 1);
    puts("ok src/ta_le.c");
    return 0;
}
