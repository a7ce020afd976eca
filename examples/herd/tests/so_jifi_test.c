/* Tests of src/so_jifi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_jifi(int o);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_jifi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_jifi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_jifi(2)", so_jifi(2), 2);
    CHECK("so_jifi(100)", so_jifi(100), 128);
    CHECK("so_jifi(80)", so_jifi(80), 128);
    CHECK("so_jifi(41)", so_jifi(41), 64);
    CHECK("so_jifi(78)", so_jifi(78), 128);
    CHECK("so_jifi(57)", so_jifi(57), 64);
    CHECK("so_jifi(1)", so_jifi(1), 1);
    CHECK("so_jifi(39)", so_jifi(39), 64);
    CHECK("so_jifi(34)", so_jifi(34), 64);
    CHECK("so_jifi(17)", so_jifi(17), 32);
    puts("ok src/so_jifi.c");
    return 0;
}
