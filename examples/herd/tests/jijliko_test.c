/* Tests of src/jijliko.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jijliko(int neho, int semiwa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jijliko.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jijliko.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jijliko(8, 0)", jijliko(8, 0), 1);
    CHECK("jijliko(-3, -10)", jijliko(-3, -10), 1);
    CHECK("jijliko(-14, 6)", jijliko(-14, 6), -1);
    CHECK("jijliko(5, 4)", jijliko(5, 4), 1);
    CHECK("jijliko(-6, 7)", jijliko(-6, 7), -1);
    CHECK("jijliko(1, 0)", jijliko(1, 0), 1);
    CHECK("jijliko(-2, 2)", jijliko(-2, 2), -1);
    CHECK("jijliko(-1, -1)", jijliko(-1, -1), 0);
    CHECK("jijliko(-13, 4)", jijliko(-13, 4), -1);
    CHECK("jijliko(0, -1)", jijliko(0, -1), 1);
    puts("ok src/jijliko.c");
    return 0;
}
