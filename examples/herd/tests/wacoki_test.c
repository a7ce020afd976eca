/* Tests of src/wacoki.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wacoki(int vune);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wacoki.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wacoki.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wacoki(-40)", wacoki(-40), -40);
    CHECK("wacoki(120)", wacoki(120), 48);
    CHECK("wacoki(4)", wacoki(4), -15);
    CHECK("wacoki(-39)", wacoki(-39), -39);
    CHECK("wacoki(105)", wacoki(105), 40);
    CHECK("wacoki(47)", wacoki(47), 8);
    CHECK("wacoki(116)", wacoki(116), 46);
    CHECK("wacoki(28)", wacoki(28), -2);
    CHECK("wacoki(-14)", wacoki(-14), -25);
    CHECK("wacoki(57)", wacoki(57), 13);
    puts("ok src/wacoki.c");
    return 0;
}
