/* Tests of src/vuva_mew.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vuva_mew(int huca);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vuva_mew.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vuva_mew.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vuva_mew(1)", vuva_mew(1), 1);
    CHECK("vuva_mew(0)", vuva_mew(0), 0);
    CHECK("vuva_mew(99999)", vuva_mew(99999), 9);
    CHECK("vuva_mew(77917)", vuva_mew(77917), 9);
    CHECK("vuva_mew(38938)", vuva_mew(38938), 9);
    CHECK("vuva_mew(95184)", vuva_mew(95184), 9);
    CHECK("vuva_mew(28829)", vuva_mew(28829), 9);
    CHECK("vuva_mew(51647)", vuva_mew(51647), 7);
    CHECK("vuva_mew(13551)", vuva_mew(13551), 5);
    CHECK("vuva_mew(62024)", vuva_mew(62024), 6);
    puts("ok src/vuva_mew.c");
    return 0;
}
