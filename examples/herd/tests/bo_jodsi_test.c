/* Tests of src/bo_jodsi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_jodsi(int acc, int b, int c);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_jodsi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_jodsi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_jodsi(2, 2, 2)", bo_jodsi(2, 2, 2), 1);
    CHECK("bo_jodsi(2, 3, 5)", bo_jodsi(2, 3, 5), 0);
    CHECK("bo_jodsi(4, 3, 2)", bo_jodsi(4, 3, 2), 1);
    CHECK("bo_jodsi(1, 2, 2)", bo_jodsi(1, 2, 2), 1);
    CHECK("bo_jodsi(9, 2, 2)", bo_jodsi(9, 2, 2), 0);
    CHECK("bo_jodsi(8, 8, 8)", bo_jodsi(8, 8, 8), 1);
    CHECK("bo_jodsi(1, 7, 9)", bo_jodsi(1, 7, 9), 0);
    CHECK("bo_jodsi(9, 1, 8)", bo_jodsi(9, 1, 8), 0);
    CHECK("bo_jodsi(2, 5, 3)", bo_jodsi(2, 5, 3), 0);
    CHECK("bo_jodsi(5, 5, 5)", bo_jodsi(5, 5, 5), 1);
    puts("ok src/bo_jodsi.c");
    return 0;
}
