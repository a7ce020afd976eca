/* Tests of src/mom_dine.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mom_dine(unsigned vi, int gajji);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mom_dine.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mom_dine.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mom_dine(239, 0)", mom_dine(239, 0), 239);
    CHECK("mom_dine(198, 0)", mom_dine(198, 0), 199);
    CHECK("mom_dine(104, 7)", mom_dine(104, 7), 232);
    CHECK("mom_dine(236, 1)", mom_dine(236, 1), 238);
    CHECK("mom_dine(128, 3)", mom_dine(128, 3), 136);
    CHECK("mom_dine(223, 6)", mom_dine(223, 6), 223);
    CHECK("mom_dine(235, 2)", mom_dine(235, 2), 239);
    CHECK("mom_dine(143, 7)", mom_dine(143, 7), 143);
    CHECK("mom_dine(1, 7)", mom_dine(1, 7), 129);
    CHECK("mom_dine(255, 0)", mom_dine(255, 0), 255);
    puts("ok src/mom_dine.c");
    return 0;
}
