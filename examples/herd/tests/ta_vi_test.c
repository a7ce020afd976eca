/* Tests of src/ta_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_vi(int vetoba, int jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_vi(-11, -11)", ta_vi(-11, -11), 3);
    CHECK("ta_vi(11, 11)", ta_vi(11, 11), 1);
    CHECK("ta_vi(9, -14)", ta_vi(9, -14), 4);
    CHECK("ta_vi(7, -10)", ta_vi(7, -10), 4);
    CHECK("ta_vi(-6, -5)", ta_vi(-6, -5), 3);
    CHECK("ta_vi(3, 4)", ta_vi(3, 4), 1);
    CHECK("ta_vi(3, 2)", ta_vi(3, 2), 1);
    CHECK("ta_vi(9, -7)", ta_vi(9, -7), 4);
    CHECK("ta_vi(-12, -6)", ta_vi(-12, -6), 3);
    CHECK("ta_vi(0, -1)", ta_vi(0, -1), 0);
    puts("ok src/ta_vi.c");
    return 0;
}
