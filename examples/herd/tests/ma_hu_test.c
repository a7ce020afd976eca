/* Tests of src/ma_hu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_hu(int r, int result);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_hu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_hu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_hu(9, 8)", ma_hu(9, 8), 161);
    CHECK("ma_hu(7, 6)", ma_hu(7, 6), 125);
    CHECK("ma_hu(1, 1)", ma_hu(1, 1), 18);
    CHECK("ma_hu(5, 1)", ma_hu(5, 1), 86);
    CHECK("ma_hu(8, 7)", ma_hu(8, 7), 143);
    CHECK("ma_hu(9, 6)", ma_hu(9, 6), 159);
    CHECK("ma_hu(9, 9)", ma_hu(9, 9), 162);
    CHECK("ma_hu(1, 9)", ma_hu(1, 9), 26);
    CHECK("ma_hu(4, 0)", ma_hu(4, 0), 68);
    CHECK("ma_hu(0, 0)", ma_hu(0, 0), 0);
    puts("ok src/ma_hu.c");
    return 0;
}
