/* Tests of src/fada.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fada(char lemafma);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fada.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fada.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fada(':')", fada(':'), 58);
    CHECK("fada('_')", fada('_'), 95);
    CHECK("fada(' ')", fada(' '), 32);
    CHECK("fada('@')", fada('@'), 64);
    CHECK("fada('{')", fada('{'), 123);
    CHECK("fada('`')", fada('`'), 96);
    CHECK("fada('5')", fada('5'), 53);
    CHECK("fada('k')", fada('k'), 107);
    CHECK("fada('b')", fada('b'), 98);
    CHECK("fada('e')", fada('e'), 101);
    puts("ok src/fada.c");
    return 0;
}
