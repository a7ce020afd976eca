/* Tests of src/jani.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jani(int nepawo, int cufaku);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jani.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jani.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jani(2, 3)", jani(2, 3), 8);
    CHECK("jani(9, 0)", jani(9, 0), 1);
    CHECK("jani(2, 1)", jani(2, 1), 2);
    CHECK("jani(3, 3)", jani(3, 3), 27);
    CHECK("jani(3, 2)", jani(3, 2), 9);
    CHECK("jani(3, 1)", jani(3, 1), 3);
    CHECK("jani(9, 4)", jani(9, 4), 28);
    CHECK("jani(9, 9)", jani(9, 9), 6);
    CHECK("jani(2, 4)", jani(2, 4), 16);
    CHECK("jani(5, 5)", jani(5, 5), 23);
    puts("ok src/jani.c");
    return 0;
}
