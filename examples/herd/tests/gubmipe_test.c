/* Tests of src/gubmipe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gubmipe(int jeha);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gubmipe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gubmipe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gubmipe(8)", gubmipe(8), 8);
    CHECK("gubmipe(193)", gubmipe(193), 185);
    CHECK("gubmipe(116)", gubmipe(116), 108);
    CHECK("gubmipe(149)", gubmipe(149), 141);
    CHECK("gubmipe(200)", gubmipe(200), 192);
    CHECK("gubmipe(151)", gubmipe(151), 143);
    CHECK("gubmipe(115)", gubmipe(115), 115);
    CHECK("gubmipe(130)", gubmipe(130), 122);
    CHECK("gubmipe(117)", gubmipe(117), 109);
    CHECK("gubmipe(7)", gubmipe(7), 7);
    puts("ok src/gubmipe.c");
    return 0;
}
