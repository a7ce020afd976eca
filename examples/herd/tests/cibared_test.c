/* Tests of src/cibared.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cibared(int vasedlu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cibared.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cibared.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cibared(5)", cibared(5), 0);
    CHECK("cibared(4)", cibared(4), 0);
    CHECK("cibared(6)", cibared(6), 5);
    CHECK("cibared(0)", cibared(0), 0);
    CHECK("cibared(9)", cibared(9), 5);
    CHECK("cibared(48)", cibared(48), 225);
    CHECK("cibared(43)", cibared(43), 180);
    CHECK("cibared(47)", cibared(47), 225);
    CHECK("cibared(45)", cibared(45), 180);
    CHECK("cibared(1)", cibared(1), 0);
    puts("ok src/cibared.c");
    return 0;
}
