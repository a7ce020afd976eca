/* Tests of src/put_jo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int put_jo(int gipamu, int l);
int put_jo_cid(int lulaga, int rebun, int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/put_jo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/put_jo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("put_jo(31, 2)", put_jo(31, 2), 16);
    CHECK("put_jo(0, 6)", put_jo(0, 6), 0);
    CHECK("put_jo(1, 1)", put_jo(1, 1), 1);
    CHECK("put_jo(0, 3)", put_jo(0, 3), 0);
    CHECK("put_jo(60, 9)", put_jo(60, 9), 7);
    CHECK("put_jo(1, 2)", put_jo(1, 2), 1);
    CHECK("put_jo(60, 2)", put_jo(60, 2), 30);
    CHECK("put_jo(0, 2)", put_jo(0, 2), 0);
    CHECK("put_jo(29, 4)", put_jo(29, 4), 8);
    CHECK("put_jo(60, 4)", put_jo(60, 4), 15);
    CHECK("put_jo_cid(6, 7, 7)", put_jo_cid(6, 7, 7), 1);
    CHECK("put_jo_cid(3, 3, 5)", put_jo_cid(3, 3, 5), 1);
    CHECK("put_jo_cid(9, 8, 4)", put_jo_cid(9, 8, 4), 1);
    CHECK("put_jo_cid(2, 1, 1)", put_jo_cid(2, 1, 1), 0);
    CHECK("put_jo_cid(7, 7, 7)", put_jo_cid(7, 7, 7), 1);
    CHECK("put_jo_cid(2, 3, 1)", put_jo_cid(2, 3, 1), 0);
    CHECK("put_jo_cid(2, 2, 3)", put_jo_cid(2, 2, 3), 1);
    CHECK("put_jo_cid(1, 2, 2)", put_jo_cid(1, 2, 2), 1);
    CHECK("put_jo_cid(3, 5, 3)", put_jo_cid(3, 5, 3), 1);
    CHECK("put_jo_cid(9, 7, 9)", put_jo_cid(9, 7, 9), 1);
    puts("ok src/put_jo.c");
    return 0;
}
