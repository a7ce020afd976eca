/* Tests of src/zecudu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zecudu(int hu, int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zecudu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zecudu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zecudu(2, 2)", zecudu(2, 2), 2);
    CHECK("zecudu(16, 15)", zecudu(16, 15), 240);
    CHECK("zecudu(2, 1)", zecudu(2, 1), 2);
    CHECK("zecudu(15, 10)", zecudu(15, 10), 30);
    CHECK("zecudu(1, 15)", zecudu(1, 15), 15);
    CHECK("zecudu(12, 2)", zecudu(12, 2), 12);
    CHECK("zecudu(16, 16)", zecudu(16, 16), 16);
    CHECK("zecudu(2, 3)", zecudu(2, 3), 6);
    CHECK("zecudu(3, 2)", zecudu(3, 2), 6);
    CHECK("zecudu(1, 1)", zecudu(1, 1), 1);
    puts("ok src/zecudu.c");
    return 0;
}
