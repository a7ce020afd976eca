/* Tests of src/come.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int come(int ficida);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/come.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/come.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("come(86)", come(86), 20);
    CHECK("come(24)", come(24), 2);
    CHECK("come(28)", come(28), 6);
    CHECK("come(14)", come(14), 14);
    CHECK("come(23)", come(23), 1);
    CHECK("come(22)", come(22), 22);
    CHECK("come(58)", come(58), 14);
    CHECK("come(18)", come(18), 18);
    CHECK("come(90)", come(90), 24);
    CHECK("come(27)", come(27), 5);
    puts("ok src/come.c");
    return 0;
}
