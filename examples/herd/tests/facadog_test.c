/* Tests of src/facadog.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int facadog(int i, int sadjejo, int secakuh);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/facadog.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/facadog.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("facadog(-14, -5, 12)", facadog(-14, -5, 12), -5);
    CHECK("facadog(-8, -9, 1)", facadog(-8, -9, 1), -8);
    CHECK("facadog(-13, 0, 1)", facadog(-13, 0, 1), 0);
    CHECK("facadog(-13, -9, 2)", facadog(-13, -9, 2), -9);
    CHECK("facadog(-4, -5, 2)", facadog(-4, -5, 2), -4);
    CHECK("facadog(-8, -5, 5)", facadog(-8, -5, 5), -5);
    CHECK("facadog(-5, 0, 12)", facadog(-5, 0, 12), 0);
    CHECK("facadog(0, -9, 7)", facadog(0, -9, 7), 0);
    CHECK("facadog(-12, -8, 1)", facadog(-12, -8, 1), -8);
    CHECK("facadog(-10, -9, 2)", facadog(-10, -9, 2), -9);
    puts("ok src/facadog.c");
    return 0;
}
