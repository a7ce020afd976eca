/* Tests of src/hepbob.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hepbob(int numuhu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hepbob.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hepbob.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hepbob(0)", hepbob(0), 0);
    CHECK("hepbob(2)", hepbob(2), 2);
    CHECK("hepbob(7)", hepbob(7), 1);
    CHECK("hepbob(-1)", hepbob(-1), 2);
    CHECK("hepbob(-13)", hepbob(-13), 2);
    CHECK("hepbob(-12)", hepbob(-12), 0);
    CHECK("hepbob(3)", hepbob(3), 0);
    CHECK("hepbob(-4)", hepbob(-4), 2);
    CHECK("hepbob(-6)", hepbob(-6), 0);
    CHECK("hepbob(4)", hepbob(4), 1);
    puts("ok src/hepbob.c");
    return 0;
}
