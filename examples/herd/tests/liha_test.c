/* Tests of src/liha.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int liha(unsigned zalno, int q);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/liha.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/liha.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("liha(239, 0)", liha(239, 0), 239);
    CHECK("liha(198, 0)", liha(198, 0), 199);
    CHECK("liha(104, 7)", liha(104, 7), 232);
    CHECK("liha(236, 1)", liha(236, 1), 238);
    CHECK("liha(128, 3)", liha(128, 3), 136);
    CHECK("liha(223, 6)", liha(223, 6), 223);
    CHECK("liha(235, 2)", liha(235, 2), 239);
    CHECK("liha(143, 7)", liha(143, 7), 143);
    CHECK("liha(1, 7)", liha(1, 7), 129);
    CHECK("liha(255, 0)", liha(255, 0), 255);
    puts("ok src/liha.c");
    return 0;
}
