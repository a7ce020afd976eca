/* Tests of src/cid_fico.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cid_fico(int le, int hewupa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cid_fico.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cid_fico.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cid_fico(4, 4)", cid_fico(4, 4), 16);
    CHECK("cid_fico(12, 5)", cid_fico(12, 5), 60);
    CHECK("cid_fico(1, 1)", cid_fico(1, 1), 1);
    CHECK("cid_fico(1, 2)", cid_fico(1, 2), 2);
    CHECK("cid_fico(6, 7)", cid_fico(6, 7), 42);
    CHECK("cid_fico(12, 0)", cid_fico(12, 0), 0);
    CHECK("cid_fico(7, 7)", cid_fico(7, 7), 49);
    CHECK("cid_fico(0, 1)", cid_fico(0, 1), 0);
    CHECK("cid_fico(7, 5)", cid_fico(7, 5), 35);
    CHECK("cid_fico(6, 6)", cid_fico(6, 6), 36);
    puts("ok src/cid_fico.c");
    return 0;
}
