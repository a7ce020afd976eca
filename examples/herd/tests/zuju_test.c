/* Tests of src/zuju.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zuju(int zojicu, int ruvve);
int zuju_bo(int p);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zuju.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zuju.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zuju(-7, -7)", zuju(-7, -7), -7);
    CHECK("zuju(1, 5)", zuju(1, 5), 1);
    CHECK("zuju(-1, -2)", zuju(-1, -2), -2);
    CHECK("zuju(4, 5)", zuju(4, 5), 4);
    CHECK("zuju(0, 12)", zuju(0, 12), 0);
    CHECK("zuju(4, -5)", zuju(4, -5), -5);
    CHECK("zuju(1, 2)", zuju(1, 2), 1);
    CHECK("zuju(-12, -13)", zuju(-12, -13), -13);
    CHECK("zuju(-1, 14)", zuju(-1, 14), -1);
    CHECK("zuju(6, 6)", zuju(6, 6), 6);
    CHECK("zuju_bo(15)", zuju_bo(15), 0);
    CHECK("zuju_bo(1)", zuju_bo(1), 2);
    CHECK("zuju_bo(13)", zuju_bo(13), 0);
    CHECK("zuju_bo(14)", zuju_bo(14), 0);
    CHECK("zuju_bo(8)", zuju_bo(8), 9);
    CHECK("zuju_bo(0)", zuju_bo(0), 1);
    CHECK("zuju_bo(6)", zuju_bo(6), 7);
    CHECK("zuju_bo(10)", zuju_bo(10), 11);
    CHECK("zuju_bo(9)", zuju_bo(9), 10);
    CHECK("zuju_bo(11)", zuju_bo(11), 12);
    puts("ok src/zuju.c");
    return 0;
}
