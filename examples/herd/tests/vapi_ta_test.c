/* Tests of src/vapi_ta.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vapi_ta(int m);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vapi_ta.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vapi_ta.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vapi_ta(-9)", vapi_ta(-9), -1);
    CHECK("vapi_ta(-14)", vapi_ta(-14), -1);
    CHECK("vapi_ta(-8)", vapi_ta(-8), -1);
    CHECK("vapi_ta(1)", vapi_ta(1), 1);
    CHECK("vapi_ta(-10)", vapi_ta(-10), -1);
    CHECK("vapi_ta(6)", vapi_ta(6), 1);
    CHECK("vapi_ta(-4)", vapi_ta(-4), -1);
    CHECK("vapi_ta(-12)", vapi_ta(-12), -1);
    CHECK("vapi_ta(8)", vapi_ta(8), 1);
    CHECK("vapi_ta(7)", vapi_ta(7), 1);
    puts("ok src/vapi_ta.c");
    return 0;
}
