/* Tests of src/so_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_gi(int betihu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_gi(15)", so_gi(15), 7);
    CHECK("so_gi(1)", so_gi(1), 0);
    CHECK("so_gi(5)", so_gi(5), 2);
    CHECK("so_gi(3)", so_gi(3), 1);
    CHECK("so_gi(12)", so_gi(12), 6);
    CHECK("so_gi(4)", so_gi(4), 2);
    CHECK("so_gi(53)", so_gi(53), 26);
    CHECK("so_gi(24)", so_gi(24), 12);
    CHECK("so_gi(28)", so_gi(28), 14);
    CHECK("so_gi(34)", so_gi(34), 17);
    puts("ok src/so_gi.c");
    return 0;
}
