/* Tests of src/kidil.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kidil(int viza, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kidil.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kidil.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kidil(12, 5)", kidil(12, 5), 1);
    CHECK("kidil(5, -12)", kidil(5, -12), 4);
    CHECK("kidil(13, 5)", kidil(13, 5), 1);
    CHECK("kidil(-13, -13)", kidil(-13, -13), 3);
    CHECK("kidil(-8, -8)", kidil(-8, -8), 3);
    CHECK("kidil(7, -6)", kidil(7, -6), 4);
    CHECK("kidil(-1, -13)", kidil(-1, -13), 3);
    CHECK("kidil(2, 2)", kidil(2, 2), 1);
    CHECK("kidil(-4, -3)", kidil(-4, -3), 3);
    CHECK("kidil(-2, -1)", kidil(-2, -1), 3);
    puts("ok src/kidil.c");
    return 0;
}
