/* Tests of src/rowev.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rowev(int bejolo, int jala);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rowev.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rowev.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rowev(0, 0)", rowev(0, 0), 0);
    CHECK("rowev(0, 1)", rowev(0, 1), 1);
    CHECK("rowev(1, 1)", rowev(1, 1), 0);
    CHECK("rowev(1, 0)", rowev(1, 0), 1);
    puts("ok src/rowev.c");
    return 0;
}
