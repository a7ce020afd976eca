/* Tests of src/petuki.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int petuki(int guzube, int rujeco);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/petuki.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/petuki.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("petuki(8, 7)", petuki(8, 7), 119);
    CHECK("petuki(2, 9)", petuki(2, 9), 37);
    CHECK("petuki(9, 8)", petuki(9, 8), 134);
    CHECK("petuki(0, 1)", petuki(0, 1), 1);
    CHECK("petuki(1, 2)", petuki(1, 2), 16);
    CHECK("petuki(0, 4)", petuki(0, 4), 4);
    CHECK("petuki(1, 1)", petuki(1, 1), 15);
    CHECK("petuki(9, 5)", petuki(9, 5), 131);
    CHECK("petuki(9, 9)", petuki(9, 9), 135);
    CHECK("petuki(0, 0)", petuki(0, 0), 0);
    puts("ok src/petuki.c");
    return 0;
}
