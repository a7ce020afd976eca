/* Tests of src/sebo_befe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sebo_befe(unsigned ravcer);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sebo_befe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sebo_befe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sebo_befe(1)", sebo_befe(1), 128);
    CHECK("sebo_befe(82)", sebo_befe(82), 74);
    CHECK("sebo_befe(0)", sebo_befe(0), 0);
    CHECK("sebo_befe(85)", sebo_befe(85), 170);
    CHECK("sebo_befe(68)", sebo_befe(68), 34);
    CHECK("sebo_befe(139)", sebo_befe(139), 209);
    CHECK("sebo_befe(218)", sebo_befe(218), 91);
    CHECK("sebo_befe(184)", sebo_befe(184), 29);
    CHECK("sebo_befe(146)", sebo_befe(146), 73);
    CHECK("sebo_befe(128)", sebo_befe(128), 1);
    puts("ok src/sebo_befe.c");
    return 0;
}
