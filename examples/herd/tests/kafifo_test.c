/* Tests of src/kafifo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kafifo(int tefi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kafifo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kafifo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kafifo(60)", kafifo(60), 20);
    CHECK("kafifo(4)", kafifo(4), 1);
    CHECK("kafifo(36)", kafifo(36), 12);
    CHECK("kafifo(10)", kafifo(10), 3);
    CHECK("kafifo(3)", kafifo(3), 1);
    CHECK("kafifo(2)", kafifo(2), 1);
    CHECK("kafifo(15)", kafifo(15), 5);
    CHECK("kafifo(52)", kafifo(52), 17);
    CHECK("kafifo(44)", kafifo(44), 15);
    CHECK("kafifo(32)", kafifo(32), 11);
    puts("ok src/kafifo.c");
    return 0;
}
