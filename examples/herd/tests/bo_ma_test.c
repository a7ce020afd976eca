/* Tests of src/bo_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_ma(unsigned y);
int bo_ma_poj(int huje, int rabajo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_ma(15)", bo_ma(15), 240);
    CHECK("bo_ma(138)", bo_ma(138), 81);
    CHECK("bo_ma(128)", bo_ma(128), 1);
    CHECK("bo_ma(0)", bo_ma(0), 0);
    CHECK("bo_ma(255)", bo_ma(255), 255);
    CHECK("bo_ma(178)", bo_ma(178), 77);
    CHECK("bo_ma(87)", bo_ma(87), 234);
    CHECK("bo_ma(1)", bo_ma(1), 128);
    CHECK("bo_ma(47)", bo_ma(47), 244);
    CHECK("bo_ma(68)", bo_ma(68), 34);
    CHECK("bo_ma_poj(-4, 1)", bo_ma_poj(-4, 1), -4);
    CHECK("bo_ma_poj(-2, 5)", bo_ma_poj(-2, 5), -32);
    CHECK("bo_ma_poj(5, 4)", bo_ma_poj(5, 4), 625);
    CHECK("bo_ma_poj(6, 6)", bo_ma_poj(6, 6), 46656);
    CHECK("bo_ma_poj(5, 6)", bo_ma_poj(5, 6), 15625);
    CHECK("bo_ma_poj(-3, 6)", bo_ma_poj(-3, 6), 729);
    CHECK("bo_ma_poj(6, 5)", bo_ma_poj(6, 5), 7776);
    CHECK("bo_ma_poj(6, 3)", bo_ma_poj(6, 3), 216);
    CHECK("bo_ma_poj(4, 1)", bo_ma_poj(4, 1), 4);
    CHECK("bo_ma_poj(-1, 0)", bo_ma_poj(-1, 0), 1);
    puts("ok src/bo_ma.c");
    return 0;
}
