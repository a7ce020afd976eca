/* Tests of src/nebu_finse.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nebu_finse(int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nebu_finse.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nebu_finse.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nebu_finse(1)", nebu_finse(1), 0);
    CHECK("nebu_finse(5)", nebu_finse(5), 1);
    CHECK("nebu_finse(0)", nebu_finse(0), 0);
    CHECK("nebu_finse(6)", nebu_finse(6), 1);
    CHECK("nebu_finse(3)", nebu_finse(3), 0);
    CHECK("nebu_finse(2)", nebu_finse(2), 0);
    CHECK("nebu_finse(4)", nebu_finse(4), 0);
    puts("ok src/nebu_finse.c");
    return 0;
}
