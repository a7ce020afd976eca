/* Tests of src/puka_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int puka_vi(int hu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/puka_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/puka_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("puka_vi(1)", puka_vi(1), 1);
    CHECK("puka_vi(9)", puka_vi(9), 34);
    CHECK("puka_vi(11)", puka_vi(11), 89);
    CHECK("puka_vi(20)", puka_vi(20), 6765);
    CHECK("puka_vi(2)", puka_vi(2), 1);
    CHECK("puka_vi(4)", puka_vi(4), 3);
    CHECK("puka_vi(10)", puka_vi(10), 55);
    CHECK("puka_vi(0)", puka_vi(0), 0);
    CHECK("puka_vi(7)", puka_vi(7), 13);
    CHECK("puka_vi(18)", puka_vi(18), 2584);
    puts("ok src/puka_vi.c");
    return 0;
}
