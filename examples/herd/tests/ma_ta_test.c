/* Tests of src/ma_ta.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_ta(int z, int so, int zidowe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_ta.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_ta.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_ta(-11, -12, -11)", ma_ta(-11, -12, -11), -12);
    CHECK("ma_ta(7, -7, -7)", ma_ta(7, -7, -7), -7);
    CHECK("ma_ta(0, 7, 0)", ma_ta(0, 7, 0), 0);
    CHECK("ma_ta(9, 1, 0)", ma_ta(9, 1, 0), 0);
    CHECK("ma_ta(5, 13, -1)", ma_ta(5, 13, -1), -1);
    CHECK("ma_ta(6, 6, 5)", ma_ta(6, 6, 5), 5);
    CHECK("ma_ta(-11, -11, -11)", ma_ta(-11, -11, -11), -11);
    CHECK("ma_ta(-1, -4, -3)", ma_ta(-1, -4, -3), -4);
    CHECK("ma_ta(4, 5, 4)", ma_ta(4, 5, 4), 4);
    CHECK("ma_ta(13, 10, -11)", ma_ta(13, 10, -11), -11);
    puts("ok src/ma_ta.c");
    return 0;
}
