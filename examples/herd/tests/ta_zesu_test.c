/* Tests of src/ta_zesu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_zesu(unsigned acc);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_zesu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_zesu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_zesu(105)", ta_zesu(105), 4);
    CHECK("ta_zesu(1)", ta_zesu(1), 1);
    CHECK("ta_zesu(249)", ta_zesu(249), 6);
    CHECK("ta_zesu(77)", ta_zesu(77), 4);
    CHECK("ta_zesu(51)", ta_zesu(51), 4);
    CHECK("ta_zesu(175)", ta_zesu(175), 6);
    CHECK("ta_zesu(63)", ta_zesu(63), 6);
    CHECK("ta_zesu(0)", ta_zesu(0), 0);
    CHECK("ta_zesu(22)", ta_zesu(22), 3);
    CHECK("ta_zesu(167)", ta_zesu(167), 5);
    puts("ok src/ta_zesu.c");
    return 0;
}
