/* Tests of src/gazoga.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gazoga(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gazoga.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gazoga.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gazoga(70)", gazoga(70), 2);
    CHECK("gazoga(3)", gazoga(3), 3);
    CHECK("gazoga(4)", gazoga(4), 2);
    CHECK("gazoga(52)", gazoga(52), 2);
    CHECK("gazoga(90)", gazoga(90), 2);
    CHECK("gazoga(48)", gazoga(48), 2);
    CHECK("gazoga(27)", gazoga(27), 3);
    CHECK("gazoga(81)", gazoga(81), 3);
    CHECK("gazoga(63)", gazoga(63), 3);
    CHECK("gazoga(2)", gazoga(2), 2);
    puts("ok src/gazoga.c");
    return 0;
}
