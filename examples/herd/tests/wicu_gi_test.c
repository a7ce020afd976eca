/* Tests of src/wicu_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wicu_gi(int hu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wicu_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wicu_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wicu_gi(1)", wicu_gi(1), 0);
    CHECK("wicu_gi(34)", wicu_gi(34), 28);
    CHECK("wicu_gi(13)", wicu_gi(13), 0);
    CHECK("wicu_gi(52)", wicu_gi(52), 42);
    CHECK("wicu_gi(18)", wicu_gi(18), 14);
    CHECK("wicu_gi(60)", wicu_gi(60), 56);
    CHECK("wicu_gi(53)", wicu_gi(53), 42);
    CHECK("wicu_gi(0)", wicu_gi(0), 0);
    CHECK("wicu_gi(16)", wicu_gi(16), 14);
    CHECK("wicu_gi(23)", wicu_gi(23), 14);
    puts("ok src/wicu_gi.c");
    return 0;
}
