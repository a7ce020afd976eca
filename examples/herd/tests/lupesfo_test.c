/* Tests of src/lupesfo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lupesfo(int wim);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lupesfo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lupesfo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lupesfo(4580)", lupesfo(4580), 4);
    CHECK("lupesfo(99999)", lupesfo(99999), 5);
    CHECK("lupesfo(31302)", lupesfo(31302), 5);
    CHECK("lupesfo(37380)", lupesfo(37380), 5);
    CHECK("lupesfo(0)", lupesfo(0), 1);
    CHECK("lupesfo(78679)", lupesfo(78679), 5);
    CHECK("lupesfo(1)", lupesfo(1), 1);
    CHECK("lupesfo(90681)", lupesfo(90681), 5);
    CHECK("lupesfo(71601)", lupesfo(71601), 5);
    CHECK("lupesfo(25902)", lupesfo(25902), 5);
    puts("ok src/lupesfo.c");
    return 0;
}
