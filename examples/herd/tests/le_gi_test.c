/* Tests of src/le_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_gi(int v, int facagi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_gi(-9, -9)", le_gi(-9, -9), 3);
    CHECK("le_gi(-9, -11)", le_gi(-9, -11), 3);
    CHECK("le_gi(-3, 12)", le_gi(-3, 12), 2);
    CHECK("le_gi(-12, -4)", le_gi(-12, -4), 3);
    CHECK("le_gi(13, 13)", le_gi(13, 13), 1);
    CHECK("le_gi(3, 2)", le_gi(3, 2), 1);
    CHECK("le_gi(7, 3)", le_gi(7, 3), 1);
    CHECK("le_gi(14, 14)", le_gi(14, 14), 1);
    CHECK("le_gi(8, 12)", le_gi(8, 12), 1);
    CHECK("le_gi(-12, -12)", le_gi(-12, -12), 3);
    puts("ok src/le_gi.c");
    return 0;
}
