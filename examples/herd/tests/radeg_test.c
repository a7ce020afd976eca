/* Tests of src/radeg.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int radeg(int next, int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/radeg.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/radeg.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("radeg(2, 1)", radeg(2, 1), 7);
    CHECK("radeg(5, 6)", radeg(5, 6), 21);
    CHECK("radeg(5, 2)", radeg(5, 2), 17);
    CHECK("radeg(1, 1)", radeg(1, 1), 4);
    CHECK("radeg(1, 2)", radeg(1, 2), 5);
    CHECK("radeg(6, 9)", radeg(6, 9), 27);
    CHECK("radeg(0, 1)", radeg(0, 1), 1);
    CHECK("radeg(1, 3)", radeg(1, 3), 6);
    CHECK("radeg(9, 2)", radeg(9, 2), 29);
    CHECK("radeg(9, 9)", radeg(9, 9), 36);
    puts("ok src/radeg.c");
    return 0;
}
