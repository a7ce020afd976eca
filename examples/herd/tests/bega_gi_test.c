/* Tests of src/bega_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bega_gi(int hihcoz);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bega_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bega_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bega_gi(43)", bega_gi(43), 3);
    CHECK("bega_gi(12)", bega_gi(12), 1);
    CHECK("bega_gi(17)", bega_gi(17), 1);
    CHECK("bega_gi(40)", bega_gi(40), 3);
    CHECK("bega_gi(16)", bega_gi(16), 1);
    CHECK("bega_gi(55)", bega_gi(55), 3);
    CHECK("bega_gi(51)", bega_gi(51), 3);
    CHECK("bega_gi(41)", bega_gi(41), 3);
    CHECK("bega_gi(24)", bega_gi(24), 2);
    CHECK("bega_gi(57)", bega_gi(57), 4);
    puts("ok src/bega_gi.c");
    return 0;
}
