/* Tests of src/cive_hu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cive_hu(int ribiro, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cive_hu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cive_hu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cive_hu(1, 0)", cive_hu(1, 0), 1);
    CHECK("cive_hu(25, 16)", cive_hu(25, 16), 9);
    CHECK("cive_hu(30, 0)", cive_hu(30, 0), 30);
    CHECK("cive_hu(30, 14)", cive_hu(30, 14), 16);
    CHECK("cive_hu(30, 30)", cive_hu(30, 30), 0);
    CHECK("cive_hu(0, 1)", cive_hu(0, 1), 0);
    CHECK("cive_hu(30, 1)", cive_hu(30, 1), 29);
    CHECK("cive_hu(0, 8)", cive_hu(0, 8), 0);
    CHECK("cive_hu(8, 6)", cive_hu(8, 6), 2);
    CHECK("cive_hu(1, 13)", cive_hu(1, 13), 0);
    puts("ok src/cive_hu.c");
    return 0;
}
