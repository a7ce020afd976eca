/* Tests of src/ma_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ma_le(int result);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ma_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ma_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ma_le(9999)", ma_le(9999), 9);
    CHECK("ma_le(0)", ma_le(0), 0);
    CHECK("ma_le(3299)", ma_le(3299), 3);
    CHECK("ma_le(1)", ma_le(1), 1);
    CHECK("ma_le(4781)", ma_le(4781), 4);
    CHECK("ma_le(2910)", ma_le(2910), 2);
    CHECK("ma_le(8866)", ma_le(8866), 8);
    CHECK("ma_le(163)", ma_le(163), 1);
    CHECK("ma_le(7706)", ma_le(7706), 7);
    CHECK("ma_le(7529)", ma_le(7529), 7);
    puts("ok src/ma_le.c");
    return 0;
}
