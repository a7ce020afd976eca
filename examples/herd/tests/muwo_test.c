/* Tests of src/muwo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int muwo(int kino);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/muwo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/muwo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("muwo(1)", muwo(1), 0);
    CHECK("muwo(0)", muwo(0), 0);
    CHECK("muwo(6)", muwo(6), 1);
    CHECK("muwo(3)", muwo(3), 0);
    CHECK("muwo(5)", muwo(5), 1);
    CHECK("muwo(2)", muwo(2), 0);
    CHECK("muwo(4)", muwo(4), 0);
    puts("ok src/muwo.c");
    return 0;
}
