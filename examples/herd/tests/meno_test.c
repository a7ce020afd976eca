/* Tests of src/meno.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int meno(int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/meno.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/meno.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("meno(37)", meno(37), 0);
    CHECK("meno(1)", meno(1), 0);
    CHECK("meno(40)", meno(40), 0);
    CHECK("meno(7)", meno(7), 0);
    CHECK("meno(6)", meno(6), 1);
    CHECK("meno(0)", meno(0), 1);
    CHECK("meno(38)", meno(38), 0);
    CHECK("meno(9)", meno(9), 0);
    CHECK("meno(54)", meno(54), 1);
    CHECK("meno(5)", meno(5), 0);
    puts("ok src/meno.c");
    return 0;
}
