/* Tests of src/bo_so.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_so(int wijta, int x, int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_so.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_so.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_so(-12, 4, 7)", bo_so(-12, 4, 7), -12);
    CHECK("bo_so(1, 2, 2)", bo_so(1, 2, 2), 1);
    CHECK("bo_so(-13, -13, -13)", bo_so(-13, -13, -13), -13);
    CHECK("bo_so(-8, 8, 3)", bo_so(-8, 8, 3), -8);
    CHECK("bo_so(-1, -10, 8)", bo_so(-1, -10, 8), -10);
    CHECK("bo_so(-11, -10, -11)", bo_so(-11, -10, -11), -11);
    CHECK("bo_so(-14, -8, -14)", bo_so(-14, -8, -14), -14);
    CHECK("bo_so(6, 5, 5)", bo_so(6, 5, 5), 5);
    CHECK("bo_so(-10, 11, 11)", bo_so(-10, 11, 11), -10);
    CHECK("bo_so(-11, 12, -10)", bo_so(-11, 12, -10), -11);
    puts("ok src/bo_so.c");
    return 0;
}
