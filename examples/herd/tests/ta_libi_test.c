/* Tests of src/ta_libi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_libi(int r, int nogogti);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_libi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_libi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_libi(1, 3)", ta_libi(1, 3), 3);
    CHECK("ta_libi(6, 6)", ta_libi(6, 6), 36);
    CHECK("ta_libi(1, 0)", ta_libi(1, 0), 0);
    CHECK("ta_libi(7, 8)", ta_libi(7, 8), 56);
    CHECK("ta_libi(8, 12)", ta_libi(8, 12), 96);
    CHECK("ta_libi(0, 12)", ta_libi(0, 12), 0);
    CHECK("ta_libi(0, 10)", ta_libi(0, 10), 0);
    CHECK("ta_libi(0, 2)", ta_libi(0, 2), 0);
    CHECK("ta_libi(3, 0)", ta_libi(3, 0), 0);
    CHECK("ta_libi(9, 4)", ta_libi(9, 4), 36);
    puts("ok src/ta_libi.c");
    return 0;
}
