/* Tests of src/zobugi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zobugi(int vesu, int kigvupo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zobugi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zobugi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zobugi(0, 0)", zobugi(0, 0), 0);
    CHECK("zobugi(2, 1)", zobugi(2, 1), 1);
    CHECK("zobugi(7, 13)", zobugi(7, 13), 6);
    CHECK("zobugi(10, 10)", zobugi(10, 10), 0);
    CHECK("zobugi(0, -3)", zobugi(0, -3), 3);
    CHECK("zobugi(-3, -2)", zobugi(-3, -2), 1);
    CHECK("zobugi(13, 14)", zobugi(13, 14), 1);
    CHECK("zobugi(-3, -4)", zobugi(-3, -4), 1);
    CHECK("zobugi(-8, -8)", zobugi(-8, -8), 0);
    CHECK("zobugi(4, 3)", zobugi(4, 3), 1);
    puts("ok src/zobugi.c");
    return 0;
}
