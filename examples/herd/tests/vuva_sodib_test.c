/* Tests of src/vuva_sodib.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vuva_sodib(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vuva_sodib.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vuva_sodib.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vuva_sodib(2)", vuva_sodib(2), 1);
    CHECK("vuva_sodib(183)", vuva_sodib(183), 7);
    CHECK("vuva_sodib(3)", vuva_sodib(3), 1);
    CHECK("vuva_sodib(200)", vuva_sodib(200), 7);
    CHECK("vuva_sodib(65)", vuva_sodib(65), 6);
    CHECK("vuva_sodib(197)", vuva_sodib(197), 7);
    CHECK("vuva_sodib(1)", vuva_sodib(1), 0);
    CHECK("vuva_sodib(79)", vuva_sodib(79), 6);
    CHECK("vuva_sodib(19)", vuva_sodib(19), 4);
    CHECK("vuva_sodib(5)", vuva_sodib(5), 2);
    puts("ok src/vuva_sodib.c");
    return 0;
}
