/* Tests of src/najecu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int najecu(unsigned jocu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/najecu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/najecu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("najecu(128)", najecu(128), 1);
    CHECK("najecu(80)", najecu(80), 2);
    CHECK("najecu(0)", najecu(0), 0);
    CHECK("najecu(39)", najecu(39), 4);
    CHECK("najecu(228)", najecu(228), 4);
    CHECK("najecu(102)", najecu(102), 4);
    CHECK("najecu(5)", najecu(5), 2);
    CHECK("najecu(186)", najecu(186), 5);
    CHECK("najecu(116)", najecu(116), 4);
    CHECK("najecu(68)", najecu(68), 2);
    puts("ok src/najecu.c");
    return 0;
}
