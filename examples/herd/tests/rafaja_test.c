/* Tests of src/rafaja.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rafaja(unsigned bobobo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rafaja.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rafaja.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rafaja(1)", rafaja(1), 128);
    CHECK("rafaja(82)", rafaja(82), 74);
    CHECK("rafaja(0)", rafaja(0), 0);
    CHECK("rafaja(85)", rafaja(85), 170);
    CHECK("rafaja(68)", rafaja(68), 34);
    CHECK("rafaja(139)", rafaja(139), 209);
    CHECK("rafaja(218)", rafaja(218), 91);
    CHECK("rafaja(184)", rafaja(184), 29);
    CHECK("rafaja(146)", rafaja(146), 73);
    CHECK("rafaja(128)", rafaja(128), 1);
    puts("ok src/rafaja.c");
    return 0;
}
