/* Tests of src/nohero.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nohero(int jizato);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nohero.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nohero.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nohero(3)", nohero(3), 6);
    CHECK("nohero(5)", nohero(5), 6);
    CHECK("nohero(7)", nohero(7), 7);
    CHECK("nohero(6)", nohero(6), 6);
    CHECK("nohero(9)", nohero(9), 9);
    CHECK("nohero(2)", nohero(2), 6);
    CHECK("nohero(-13)", nohero(-13), 6);
    CHECK("nohero(0)", nohero(0), 6);
    CHECK("nohero(-14)", nohero(-14), 6);
    CHECK("nohero(21)", nohero(21), 21);
    puts("ok src/nohero.c");
    return 0;
}
