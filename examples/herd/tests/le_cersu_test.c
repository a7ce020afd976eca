/* Tests of src/le_cersu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_cersu(int ralmu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_cersu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_cersu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_cersu(40)", le_cersu(40), 104);
    CHECK("le_cersu(-29)", le_cersu(-29), -20);
    CHECK("le_cersu(6)", le_cersu(6), 42);
    CHECK("le_cersu(55)", le_cersu(55), 131);
    CHECK("le_cersu(60)", le_cersu(60), 140);
    CHECK("le_cersu(-30)", le_cersu(-30), -22);
    CHECK("le_cersu(4)", le_cersu(4), 39);
    CHECK("le_cersu(3)", le_cersu(3), 37);
    CHECK("le_cersu(-12)", le_cersu(-12), 11);
    CHECK("le_cersu(8)", le_cersu(8), 46);
    puts("ok src/le_cersu.c");
    return 0;
}
