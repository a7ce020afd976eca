/* Tests of src/tashu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tashu(int gi, int weguveg, int bo, int d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tashu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tashu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tashu(-4, 1, 5, 7)", tashu(-4, 1, 5, 7), 0);
    CHECK("tashu(3, 6, 1, 6)", tashu(3, 6, 1, 6), 1);
    CHECK("tashu(5, 7, 0, 1)", tashu(5, 7, 0, 1), 0);
    CHECK("tashu(-4, 0, -3, 0)", tashu(-4, 0, -3, 0), 1);
    CHECK("tashu(-1, 8, -1, 0)", tashu(-1, 8, -1, 0), 1);
    CHECK("tashu(3, 3, 2, 2)", tashu(3, 3, 2, 2), 0);
    CHECK("tashu(-4, 6, -3, 6)", tashu(-4, 6, -3, 6), 1);
    CHECK("tashu(-1, 9, 0, 5)", tashu(-1, 9, 0, 5), 1);
    CHECK("tashu(-5, 1, 5, 2)", tashu(-5, 1, 5, 2), 0);
    CHECK("tashu(-5, 9, 3, 8)", tashu(-5, 9, 3, 8), 1);
    puts("ok src/tashu.c");
    return 0;
}
