/* Tests of src/woni_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int woni_gi(int cenefse);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/woni_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/woni_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("woni_gi(-20)", woni_gi(-20), -28);
    CHECK("woni_gi(78)", woni_gi(78), 25);
    CHECK("woni_gi(66)", woni_gi(66), 18);
    CHECK("woni_gi(52)", woni_gi(52), 11);
    CHECK("woni_gi(43)", woni_gi(43), 6);
    CHECK("woni_gi(62)", woni_gi(62), 16);
    CHECK("woni_gi(72)", woni_gi(72), 22);
    CHECK("woni_gi(61)", woni_gi(61), 16);
    CHECK("woni_gi(20)", woni_gi(20), -6);
    CHECK("woni_gi(120)", woni_gi(120), 48);
    puts("ok src/woni_gi.c");
    return 0;
}
