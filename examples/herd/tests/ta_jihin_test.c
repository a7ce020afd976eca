/* Tests of src/ta_jihin.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_jihin(int a, int left);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_jihin.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_jihin.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_jihin(1, 0)", ta_jihin(1, 0), 1);
    CHECK("ta_jihin(3, 2)", ta_jihin(3, 2), 1);
    CHECK("ta_jihin(30, 28)", ta_jihin(30, 28), 2);
    CHECK("ta_jihin(0, 20)", ta_jihin(0, 20), 0);
    CHECK("ta_jihin(30, 10)", ta_jihin(30, 10), 20);
    CHECK("ta_jihin(30, 29)", ta_jihin(30, 29), 1);
    CHECK("ta_jihin(1, 1)", ta_jihin(1, 1), 0);
    CHECK("ta_jihin(30, 5)", ta_jihin(30, 5), 25);
    CHECK("ta_jihin(19, 19)", ta_jihin(19, 19), 0);
    CHECK("ta_jihin(22, 30)", ta_jihin(22, 30), 0);
    puts("ok src/ta_jihin.c");
    return 0;
}
