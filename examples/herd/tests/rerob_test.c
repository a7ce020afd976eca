/* Tests of src/rerob.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rerob(int likedu, int so, int q);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rerob.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rerob.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rerob(9, 7, 6)", rerob(9, 7, 6), 6);
    CHECK("rerob(1, 3, 1)", rerob(1, 3, 1), 1);
    CHECK("rerob(1, 4, 4)", rerob(1, 4, 4), 1);
    CHECK("rerob(0, 0, -2)", rerob(0, 0, -2), -2);
    CHECK("rerob(-9, -14, 14)", rerob(-9, -14, 14), -14);
    CHECK("rerob(14, 14, -4)", rerob(14, 14, -4), -4);
    CHECK("rerob(4, 9, 9)", rerob(4, 9, 9), 4);
    CHECK("rerob(-6, 0, -11)", rerob(-6, 0, -11), -11);
    CHECK("rerob(-14, 7, -2)", rerob(-14, 7, -2), -14);
    CHECK("rerob(4, 3, 3)", rerob(4, 3, 3), 3);
    puts("ok src/rerob.c");
    return 0;
}
