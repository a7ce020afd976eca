/* Tests of src/burabe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int burabe(int nuwe, int jo, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/burabe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/burabe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("burabe(1, 0, 0)", burabe(1, 0, 0), 0);
    CHECK("burabe(0, 1, 0)", burabe(0, 1, 0), 0);
    CHECK("burabe(0, 1, 1)", burabe(0, 1, 1), 1);
    CHECK("burabe(1, 0, 1)", burabe(1, 0, 1), 1);
    CHECK("burabe(1, 1, 1)", burabe(1, 1, 1), 1);
    CHECK("burabe(0, 0, 1)", burabe(0, 0, 1), 0);
    CHECK("burabe(1, 1, 0)", burabe(1, 1, 0), 1);
    CHECK("burabe(0, 0, 0)", burabe(0, 0, 0), 0);
    puts("ok src/burabe.c");
    return 0;
}
