/* Tests of src/cumo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cumo(int top);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cumo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cumo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cumo(92)", cumo(92), 2);
    CHECK("cumo(31)", cumo(31), 0);
    CHECK("cumo(19)", cumo(19), 0);
    CHECK("cumo(37)", cumo(37), 0);
    CHECK("cumo(73)", cumo(73), 2);
    CHECK("cumo(100)", cumo(100), 2);
    CHECK("cumo(53)", cumo(53), 2);
    CHECK("cumo(51)", cumo(51), 1);
    CHECK("cumo(40)", cumo(40), 1);
    CHECK("cumo(78)", cumo(78), 2);
    puts("ok src/cumo.c");
    return 0;
}
