/* Tests of src/bido_beva.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bido_beva(char e);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bido_beva.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bido_beva.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bido_beva('Q')", bido_beva('Q'), 81);
    CHECK("bido_beva('5')", bido_beva('5'), 53);
    CHECK("bido_beva('z')", bido_beva('z'), 90);
    CHECK("bido_beva('[')", bido_beva('['), 91);
    CHECK("bido_beva('/')", bido_beva('/'), 47);
    CHECK("bido_beva('`')", bido_beva('`'), 96);
    CHECK("bido_beva('g')", bido_beva('g'), 71);
    CHECK("bido_beva('e')", bido_beva('e'), 69);
    CHECK("bido_beva('9')", bido_beva('9'), 57);
    CHECK("bido_beva('_')", bido_beva('_'), 95);
    puts("ok src/bido_beva.c");
    return 0;
}
