/* Tests of src/jukeju.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jukeju(int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jukeju.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jukeju.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jukeju(2)", jukeju(2), 2);
    CHECK("jukeju(60)", jukeju(60), 12);
    CHECK("jukeju(35)", jukeju(35), 4);
    CHECK("jukeju(50)", jukeju(50), 6);
    CHECK("jukeju(54)", jukeju(54), 8);
    CHECK("jukeju(1)", jukeju(1), 1);
    CHECK("jukeju(3)", jukeju(3), 2);
    CHECK("jukeju(44)", jukeju(44), 6);
    CHECK("jukeju(39)", jukeju(39), 4);
    CHECK("jukeju(6)", jukeju(6), 4);
    puts("ok src/jukeju.c");
    return 0;
}
