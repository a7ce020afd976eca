/* Tests of src/japu_dab.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int japu_dab(int r, int best);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/japu_dab.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/japu_dab.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("japu_dab(1, 5)", japu_dab(1, 5), 25);
    CHECK("japu_dab(1, 3)", japu_dab(1, 3), 23);
    CHECK("japu_dab(8, 8)", japu_dab(8, 8), 168);
    CHECK("japu_dab(0, 1)", japu_dab(0, 1), 1);
    CHECK("japu_dab(7, 1)", japu_dab(7, 1), 141);
    CHECK("japu_dab(6, 0)", japu_dab(6, 0), 120);
    CHECK("japu_dab(9, 9)", japu_dab(9, 9), 189);
    CHECK("japu_dab(3, 6)", japu_dab(3, 6), 66);
    CHECK("japu_dab(7, 6)", japu_dab(7, 6), 146);
    CHECK("japu_dab(9, 4)", japu_dab(9, 4), 184);
    puts("ok src/japu_dab.c");
    return 0;
}
