/* Tests of src/so_hu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_hu(int rubur);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_hu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_hu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_hu(4)", so_hu(4), 0);
    CHECK("so_hu(0)", so_hu(0), 0);
    CHECK("so_hu(6)", so_hu(6), 1);
    CHECK("so_hu(5)", so_hu(5), 1);
    CHECK("so_hu(2)", so_hu(2), 0);
    CHECK("so_hu(1)", so_hu(1), 0);
    CHECK("so_hu(3)", so_hu(3), 0);
    puts("ok src/so_hu.c");
    return 0;
}
