/* Tests of src/kowu_dupad.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kowu_dupad(int ma, int gomohsi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kowu_dupad.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kowu_dupad.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kowu_dupad(2747, 7)", kowu_dupad(2747, 7), 2);
    CHECK("kowu_dupad(9999, 1)", kowu_dupad(9999, 1), 0);
    CHECK("kowu_dupad(319, 1)", kowu_dupad(319, 1), 1);
    CHECK("kowu_dupad(0, 0)", kowu_dupad(0, 0), 0);
    CHECK("kowu_dupad(0, 3)", kowu_dupad(0, 3), 0);
    CHECK("kowu_dupad(9999, 7)", kowu_dupad(9999, 7), 0);
    CHECK("kowu_dupad(2799, 5)", kowu_dupad(2799, 5), 0);
    CHECK("kowu_dupad(0, 1)", kowu_dupad(0, 1), 0);
    CHECK("kowu_dupad(9999, 9)", kowu_dupad(9999, 9), 4);
    CHECK("kowu_dupad(3852, 7)", kowu_dupad(3852, 7), 0);
    puts("ok src/kowu_dupad.c");
    return 0;
}
