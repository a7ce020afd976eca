/* Tests of src/lodel_befe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lodel_befe(int nejwa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lodel_befe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lodel_befe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lodel_befe(1)", lodel_befe(1), 1);
    CHECK("lodel_befe(29)", lodel_befe(29), 435);
    CHECK("lodel_befe(33)", lodel_befe(33), 561);
    CHECK("lodel_befe(31)", lodel_befe(31), 496);
    CHECK("lodel_befe(40)", lodel_befe(40), 820);
    CHECK("lodel_befe(0)", lodel_befe(0), 0);
    CHECK("lodel_befe(30)", lodel_befe(30), 465);
    CHECK("lodel_befe(6)", lodel_befe(6), 21);
    CHECK("lodel_befe(39)", lodel_befe(39), 780);
    CHECK("lodel_befe(12)", lodel_befe(12), 78);
    puts("ok src/lodel_befe.c");
    return 0;
}
