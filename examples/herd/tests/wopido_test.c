/* Tests of src/wopido.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wopido(int key);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wopido.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wopido.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wopido(1)", wopido(1), 1);
    CHECK("wopido(4914)", wopido(4914), 4194);
    CHECK("wopido(751)", wopido(751), 157);
    CHECK("wopido(7620)", wopido(7620), 267);
    CHECK("wopido(0)", wopido(0), 0);
    CHECK("wopido(6845)", wopido(6845), 5486);
    CHECK("wopido(1021)", wopido(1021), 1201);
    CHECK("wopido(9999)", wopido(9999), 9999);
    CHECK("wopido(9558)", wopido(9558), 8559);
    CHECK("wopido(3446)", wopido(3446), 6443);
    puts("ok src/wopido.c");
    return 0;
}
