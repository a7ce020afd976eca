/* Tests of src/zezuro.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zezuro(char c);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zezuro.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zezuro.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zezuro('e')", zezuro('e'), 0);
    CHECK("zezuro('/')", zezuro('/'), 0);
    CHECK("zezuro('@')", zezuro('@'), 0);
    CHECK("zezuro('g')", zezuro('g'), 0);
    CHECK("zezuro('[')", zezuro('['), 0);
    CHECK("zezuro('9')", zezuro('9'), 1);
    CHECK("zezuro('_')", zezuro('_'), 0);
    CHECK("zezuro('{')", zezuro('{'), 0);
    CHECK("zezuro('Z')", zezuro('Z'), 0);
    CHECK("zezuro(' ')", zezuro(' '), 0);
    puts("ok src/zezuro.c");
    return 0;
}
