/* Tests of src/jetomku.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jetomku(int vi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jetomku.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jetomku.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jetomku(4)", jetomku(4), 0);
    CHECK("jetomku(6)", jetomku(6), 1);
    CHECK("jetomku(1)", jetomku(1), 0);
    CHECK("jetomku(0)", jetomku(0), 0);
    CHECK("jetomku(5)", jetomku(5), 1);
    CHECK("jetomku(2)", jetomku(2), 0);
    puts("ok src/jetomku.c");
    return 0;
}
