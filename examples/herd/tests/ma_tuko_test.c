/* Tests of src/ma_tuko.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_tuko(int e);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_tuko.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_tuko.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_tuko(1)", ma_tuko(1), 1);
    CHECK("ma_tuko(0)", ma_tuko(0), 12);
    CHECK("ma_tuko(23)", ma_tuko(23), 11);
    CHECK("ma_tuko(3)", ma_tuko(3), 3);
    CHECK("ma_tuko(17)", ma_tuko(17), 5);
    CHECK("ma_tuko(2)", ma_tuko(2), 2);
    CHECK("ma_tuko(22)", ma_tuko(22), 10);
    CHECK("ma_tuko(19)", ma_tuko(19), 7);
    CHECK("ma_tuko(10)", ma_tuko(10), 10);
    CHECK("ma_tuko(16)", ma_tuko(16), 4);
    puts("ok src/ma_tuko.c");
    return 0;
}
