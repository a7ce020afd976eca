/* Tests of src/vori.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vori(int luraj, int bij);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vori.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vori.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vori(1, 0)", vori(1, 0), 1);
    CHECK("vori(0, 0)", vori(0, 0), 0);
    CHECK("vori(1, 1)", vori(1, 1), 0);
    CHECK("vori(0, 1)", vori(0, 1), 1);
    puts("ok src/vori.c");
    return 0;
}
