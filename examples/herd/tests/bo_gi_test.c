/* Tests of src/bo_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_gi(int v, int nicomof);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_gi(828, 6)", bo_gi(828, 6), 1386);
    CHECK("bo_gi(181, 6)", bo_gi(181, 6), 299);
    CHECK("bo_gi(100, 6)", bo_gi(100, 6), 164);
    CHECK("bo_gi(318, 6)", bo_gi(318, 6), 529);
    CHECK("bo_gi(100, 5)", bo_gi(100, 5), 151);
    CHECK("bo_gi(263, 4)", bo_gi(263, 4), 368);
    CHECK("bo_gi(900, 0)", bo_gi(900, 0), 900);
    CHECK("bo_gi(208, 0)", bo_gi(208, 0), 208);
    CHECK("bo_gi(101, 0)", bo_gi(101, 0), 101);
    CHECK("bo_gi(242, 6)", bo_gi(242, 6), 401);
    puts("ok src/bo_gi.c");
    return 0;
}
