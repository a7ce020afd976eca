/* Tests of src/colwo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int colwo(int damob);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/colwo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/colwo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("colwo(-7)", colwo(-7), 0);
    CHECK("colwo(-12)", colwo(-12), 1);
    CHECK("colwo(-3)", colwo(-3), 0);
    CHECK("colwo(1)", colwo(1), 0);
    CHECK("colwo(-1)", colwo(-1), 0);
    CHECK("colwo(-10)", colwo(-10), 1);
    CHECK("colwo(-9)", colwo(-9), 0);
    CHECK("colwo(-4)", colwo(-4), 1);
    CHECK("colwo(14)", colwo(14), 1);
    CHECK("colwo(5)", colwo(5), 0);
    puts("ok src/colwo.c");
    return 0;
}
