/* Tests of src/lupu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lupu(int q, int mejli, int nokop);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lupu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lupu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lupu(-4, -1, 2)", lupu(-4, -1, 2), -1);
    CHECK("lupu(13, 8, 9)", lupu(13, 8, 9), 9);
    CHECK("lupu(-6, -9, -9)", lupu(-6, -9, -9), -9);
    CHECK("lupu(7, 6, 14)", lupu(7, 6, 14), 7);
    CHECK("lupu(1, 13, 10)", lupu(1, 13, 10), 10);
    CHECK("lupu(6, 6, 0)", lupu(6, 6, 0), 6);
    CHECK("lupu(-3, -5, 2)", lupu(-3, -5, 2), -3);
    CHECK("lupu(-11, -11, -12)", lupu(-11, -11, -12), -11);
    CHECK("lupu(4, -5, 6)", lupu(4, -5, 6), 4);
    CHECK("lupu(-10, -5, -6)", lupu(-10, -5, -6), -6);
    puts("ok src/lupu.c");
    return 0;
}
