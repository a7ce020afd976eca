/* Tests of src/capo_hu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int capo_hu(int bebu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/capo_hu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/capo_hu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("capo_hu(9)", capo_hu(9), 1);
    CHECK("capo_hu(8)", capo_hu(8), 1);
    CHECK("capo_hu(159)", capo_hu(159), 5);
    CHECK("capo_hu(82)", capo_hu(82), 4);
    CHECK("capo_hu(120)", capo_hu(120), 4);
    CHECK("capo_hu(7)", capo_hu(7), 0);
    CHECK("capo_hu(89)", capo_hu(89), 4);
    CHECK("capo_hu(200)", capo_hu(200), 5);
    CHECK("capo_hu(151)", capo_hu(151), 5);
    CHECK("capo_hu(167)", capo_hu(167), 5);
    puts("ok src/capo_hu.c");
    return 0;
}
