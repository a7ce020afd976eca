/* Tests of src/zumicef.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zumicef(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zumicef.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zumicef.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zumicef(816)", zumicef(816), 0);
    CHECK("zumicef(1)", zumicef(1), 1);
    CHECK("zumicef(0)", zumicef(0), 1);
    CHECK("zumicef(289)", zumicef(289), 0);
    CHECK("zumicef(999)", zumicef(999), 1);
    CHECK("zumicef(636)", zumicef(636), 1);
    CHECK("zumicef(385)", zumicef(385), 0);
    CHECK("zumicef(776)", zumicef(776), 0);
    CHECK("zumicef(94)", zumicef(94), 0);
    CHECK("zumicef(823)", zumicef(823), 0);
    puts("ok src/zumicef.c");
    return 0;
}
