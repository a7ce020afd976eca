/* Tests of src/reji_mag.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int reji_mag(int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/reji_mag.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/reji_mag.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("reji_mag(9)", reji_mag(9), 3);
    CHECK("reji_mag(2)", reji_mag(2), 5);
    CHECK("reji_mag(7)", reji_mag(7), 3);
    CHECK("reji_mag(5)", reji_mag(5), 4);
    CHECK("reji_mag(4)", reji_mag(4), 4);
    CHECK("reji_mag(6)", reji_mag(6), 4);
    CHECK("reji_mag(8)", reji_mag(8), 3);
    CHECK("reji_mag(3)", reji_mag(3), 5);
    CHECK("reji_mag(1)", reji_mag(1), 6);
    puts("ok src/reji_mag.c");
    return 0;
}
