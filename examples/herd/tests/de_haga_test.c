/* Tests of src/de_haga.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_haga(int macoda);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_haga.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_haga.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_haga(150)", de_haga(150), 12);
    CHECK("de_haga(80)", de_haga(80), 8);
    CHECK("de_haga(1)", de_haga(1), 1);
    CHECK("de_haga(18)", de_haga(18), 4);
    CHECK("de_haga(36)", de_haga(36), 6);
    CHECK("de_haga(141)", de_haga(141), 11);
    CHECK("de_haga(93)", de_haga(93), 9);
    CHECK("de_haga(21)", de_haga(21), 4);
    CHECK("de_haga(75)", de_haga(75), 8);
    CHECK("de_haga(0)", de_haga(0), 0);
    puts("ok src/de_haga.c");
    return 0;
}
