/* Tests of src/jo_bara.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jo_bara(int lafhu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jo_bara.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jo_bara.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jo_bara(49)", jo_bara(49), 19);
    CHECK("jo_bara(10)", jo_bara(10), 0);
    CHECK("jo_bara(0)", jo_bara(0), 0);
    CHECK("jo_bara(1)", jo_bara(1), 0);
    CHECK("jo_bara(58)", jo_bara(58), 24);
    CHECK("jo_bara(4)", jo_bara(4), 0);
    CHECK("jo_bara(59)", jo_bara(59), 24);
    CHECK("jo_bara(51)", jo_bara(51), 20);
    CHECK("jo_bara(72)", jo_bara(72), 31);
    CHECK("jo_bara(65)", jo_bara(65), 27);
    puts("ok src/jo_bara.c");
    return 0;
}
