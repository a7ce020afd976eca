/* Tests of src/lemibi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lemibi(int count);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lemibi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lemibi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lemibi(15)", lemibi(15), 7);
    CHECK("lemibi(1)", lemibi(1), 0);
    CHECK("lemibi(5)", lemibi(5), 2);
    CHECK("lemibi(3)", lemibi(3), 1);
    CHECK("lemibi(12)", lemibi(12), 6);
    CHECK("lemibi(4)", lemibi(4), 2);
    CHECK("lemibi(53)", lemibi(53), 26);
    CHECK("lemibi(24)", lemibi(24), 12);
    CHECK("lemibi(28)", lemibi(28), 14);
    CHECK("lemibi(34)", lemibi(34), 17);
    puts("ok src/lemibi.c");
    return 0;
}
