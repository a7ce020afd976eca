/* Tests of src/ris_coro.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ris_coro(unsigned t);
int ris_coro_piho(const char *dezjemin);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ris_coro.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ris_coro.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ris_coro(5)", ris_coro(5), 0);
    CHECK("ris_coro(255)", ris_coro(255), 0);
    CHECK("ris_coro(128)", ris_coro(128), 7);
    CHECK("ris_coro(1)", ris_coro(1), 0);
    CHECK("ris_coro(47)", ris_coro(47), 0);
    CHECK("ris_coro(57)", ris_coro(57), 0);
    CHECK("ris_coro(201)", ris_coro(201), 0);
    CHECK("ris_coro(178)", ris_coro(178), 1);
    CHECK("ris_coro(2)", ris_coro(2), 1);
    CHECK("ris_coro(253)", ris_coro(253), 0);
    CHECK("ris_coro_piho(\"e91\")", ris_coro_piho("e91"), 1);
    CHECK("ris_coro_piho(\"ccoaocc\")", ris_coro_piho("ccoaocc"), 3);
    CHECK("ris_coro_piho(\"9\")", ris_coro_piho("9"), 0);
    CHECK("ris_coro_piho(\" 9\")", ris_coro_piho(" 9"), 0);
    CHECK("ris_coro_piho(\"otoc1 a\")", ris_coro_piho("otoc1 a"), 3);
    CHECK("ris_coro_piho(\"b\")", ris_coro_piho("b"), 0);
    CHECK("ris_coro_piho(\"  91i \")", ris_coro_piho("  91i "), 1);
    CHECK("ris_coro_piho(\"cec\")", ris_coro_piho("cec"), 1);
    CHECK("ris_coro_piho(\"e9\")", ris_coro_piho("e9"), 1);
    CHECK("ris_coro_piho(\"bab\")", ris_coro_piho("bab"), 1);
    puts("ok src/ris_coro.c");
    return 0;
}
