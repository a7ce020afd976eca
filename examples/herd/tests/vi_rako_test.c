/* Tests of src/vi_rako.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_rako(unsigned vi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_rako.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_rako.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_rako(172)", vi_rako(172), 8);
    CHECK("vi_rako(128)", vi_rako(128), 8);
    CHECK("vi_rako(1)", vi_rako(1), 1);
    CHECK("vi_rako(227)", vi_rako(227), 8);
    CHECK("vi_rako(255)", vi_rako(255), 8);
    CHECK("vi_rako(144)", vi_rako(144), 8);
    CHECK("vi_rako(32)", vi_rako(32), 6);
    CHECK("vi_rako(138)", vi_rako(138), 8);
    CHECK("vi_rako(5)", vi_rako(5), 3);
    CHECK("vi_rako(70)", vi_rako(70), 7);
    puts("ok src/vi_rako.c");
    return 0;
}
