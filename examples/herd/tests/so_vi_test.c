/* Tests of src/so_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_vi(int sezatu, int sepunaj, int ma, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_vi(6, 6, -3, 6)", so_vi(6, 6, -3, 6), 9);
    CHECK("so_vi(1, 1, 1, -1)", so_vi(1, 1, 1, -1), 2);
    CHECK("so_vi(-2, -1, 2, 0)", so_vi(-2, -1, 2, 0), 5);
    CHECK("so_vi(6, 1, 5, 0)", so_vi(6, 1, 5, 0), 2);
    CHECK("so_vi(-5, 2, -4, -1)", so_vi(-5, 2, -4, -1), 4);
    CHECK("so_vi(0, -6, -1, -5)", so_vi(0, -6, -1, -5), 2);
    CHECK("so_vi(-5, 0, -6, -1)", so_vi(-5, 0, -6, -1), 2);
    CHECK("so_vi(-6, -6, -6, -6)", so_vi(-6, -6, -6, -6), 0);
    CHECK("so_vi(6, 5, 5, -1)", so_vi(6, 5, 5, -1), 7);
    CHECK("so_vi(-5, -6, -1, -5)", so_vi(-5, -6, -1, -5), 5);
    puts("ok src/so_vi.c");
    return 0;
}
