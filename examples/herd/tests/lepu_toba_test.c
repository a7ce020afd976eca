/* Tests of src/lepu_toba.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lepu_toba(unsigned l);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lepu_toba.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lepu_toba.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lepu_toba(105)", lepu_toba(105), 4);
    CHECK("lepu_toba(1)", lepu_toba(1), 1);
    CHECK("lepu_toba(249)", lepu_toba(249), 6);
    CHECK("lepu_toba(77)", lepu_toba(77), 4);
    CHECK("lepu_toba(51)", lepu_toba(51), 4);
    CHECK("lepu_toba(175)", lepu_toba(175), 6);
    CHECK("lepu_toba(63)", lepu_toba(63), 6);
    CHECK("lepu_toba(0)", lepu_toba(0), 0);
    CHECK("lepu_toba(22)", lepu_toba(22), 3);
    CHECK("lepu_toba(167)", lepu_toba(167), 5);
    puts("ok src/lepu_toba.c");
    return 0;
}
