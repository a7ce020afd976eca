/* Tests of src/zozin_nufe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zozin_nufe(int a);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zozin_nufe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zozin_nufe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zozin_nufe(54)", zozin_nufe(54), 1);
    CHECK("zozin_nufe(24)", zozin_nufe(24), 1);
    CHECK("zozin_nufe(1)", zozin_nufe(1), 0);
    CHECK("zozin_nufe(2)", zozin_nufe(2), 1);
    CHECK("zozin_nufe(0)", zozin_nufe(0), 1);
    CHECK("zozin_nufe(12)", zozin_nufe(12), 1);
    CHECK("zozin_nufe(37)", zozin_nufe(37), 0);
    CHECK("zozin_nufe(36)", zozin_nufe(36), 1);
    CHECK("zozin_nufe(28)", zozin_nufe(28), 1);
    CHECK("zozin_nufe(13)", zozin_nufe(13), 0);
    puts("ok src/zozin_nufe.c");
    return 0;
}
