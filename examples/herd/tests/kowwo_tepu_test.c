/* Tests of src/kowwo_tepu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kowwo_tepu(int q);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kowwo_tepu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kowwo_tepu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kowwo_tepu(1900)", kowwo_tepu(1900), 0);
    CHECK("kowwo_tepu(2)", kowwo_tepu(2), 2);
    CHECK("kowwo_tepu(7525)", kowwo_tepu(7525), 350);
    CHECK("kowwo_tepu(8220)", kowwo_tepu(8220), 0);
    CHECK("kowwo_tepu(6537)", kowwo_tepu(6537), 630);
    CHECK("kowwo_tepu(2371)", kowwo_tepu(2371), 42);
    CHECK("kowwo_tepu(9999)", kowwo_tepu(9999), 6561);
    CHECK("kowwo_tepu(828)", kowwo_tepu(828), 128);
    CHECK("kowwo_tepu(4023)", kowwo_tepu(4023), 0);
    CHECK("kowwo_tepu(9911)", kowwo_tepu(9911), 81);
    puts("ok src/kowwo_tepu.c");
    return 0;
}
