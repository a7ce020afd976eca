/* Tests of src/jodi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jodi(int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jodi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jodi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jodi(1)", jodi(1), 1);
    CHECK("jodi(12)", jodi(12), 4);
    CHECK("jodi(3)", jodi(3), 1);
    CHECK("jodi(2)", jodi(2), 1);
    CHECK("jodi(9)", jodi(9), 3);
    CHECK("jodi(11)", jodi(11), 4);
    CHECK("jodi(5)", jodi(5), 2);
    CHECK("jodi(6)", jodi(6), 2);
    CHECK("jodi(8)", jodi(8), 3);
    CHECK("jodi(10)", jodi(10), 4);
    puts("ok src/jodi.c");
    return 0;
}
