/* Tests of src/jadebe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jadebe(int le, int g);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jadebe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jadebe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jadebe(-4, 1)", jadebe(-4, 1), -4);
    CHECK("jadebe(-2, 5)", jadebe(-2, 5), -32);
    CHECK("jadebe(5, 4)", jadebe(5, 4), 625);
    CHECK("jadebe(6, 6)", jadebe(6, 6), 46656);
    CHECK("jadebe(5, 6)", jadebe(5, 6), 15625);
    CHECK("jadebe(-3, 6)", jadebe(-3, 6), 729);
    CHECK("jadebe(6, 5)", jadebe(6, 5), 7776);
    CHECK("jadebe(6, 3)", jadebe(6, 3), 216);
    CHECK("jadebe(4, 1)", jadebe(4, 1), 4);
    CHECK("jadebe(-1, 0)", jadebe(-1, 0), 1);
    puts("ok src/jadebe.c");
    return 0;
}
