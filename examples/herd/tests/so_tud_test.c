/* Tests of src/so_tud.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_tud(int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_tud.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_tud.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_tud(9999)", so_tud(9999), 36);
    CHECK("so_tud(1)", so_tud(1), 1);
    CHECK("so_tud(2603)", so_tud(2603), 11);
    CHECK("so_tud(1609)", so_tud(1609), 16);
    CHECK("so_tud(5582)", so_tud(5582), 20);
    CHECK("so_tud(0)", so_tud(0), 0);
    CHECK("so_tud(9930)", so_tud(9930), 21);
    CHECK("so_tud(7508)", so_tud(7508), 20);
    CHECK("so_tud(3355)", so_tud(3355), 16);
    CHECK("so_tud(2059)", so_tud(2059), 16);
    puts("ok src/so_tud.c");
    return 0;
}
