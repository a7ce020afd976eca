/* Tests of src/ma_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_bo(int muki);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_bo(66)", ma_bo(66), 128);
    CHECK("ma_bo(84)", ma_bo(84), 128);
    CHECK("ma_bo(100)", ma_bo(100), 128);
    CHECK("ma_bo(57)", ma_bo(57), 64);
    CHECK("ma_bo(2)", ma_bo(2), 2);
    CHECK("ma_bo(99)", ma_bo(99), 128);
    CHECK("ma_bo(15)", ma_bo(15), 16);
    CHECK("ma_bo(49)", ma_bo(49), 64);
    CHECK("ma_bo(62)", ma_bo(62), 64);
    CHECK("ma_bo(45)", ma_bo(45), 64);
    puts("ok src/ma_bo.c");
    return 0;
}
