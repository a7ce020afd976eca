/* Tests of src/ta_tewi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_tewi(const int *y, int le, int ma);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_tewi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_tewi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_tewi({}, 0, -4)", ta_tewi((const int[]){77}, 0, -4), 0);
    CHECK("ta_tewi({-2, 7, -2, 3}, 4, 0)", ta_tewi((const int[]){-2, 7, -2, 3, 77}, 4, 0), 2);
    CHECK("ta_tewi({}, 0, 4)", ta_tewi((const int[]){77}, 0, 4), 0);
    CHECK("ta_tewi({6, 1, 4, 3, 0, 3}, 6, 4)", ta_tewi((const int[]){6, 1, 4, 3, 0, 3, 77}, 6, 4), 2);
    CHECK("ta_tewi({3, 5, 0, 3, 5, 6}, 6, -3)", ta_tewi((const int[]){3, 5, 0, 3, 5, 6, 77}, 6, -3), 6);
    CHECK("ta_tewi({}, 0, -3)", ta_tewi((const int[]){77}, 0, -3), 0);
    CHECK("ta_tewi({-1, 2, 3}, 3, -2)", ta_tewi((const int[]){-1, 2, 3, 77}, 3, -2), 3);
    CHECK("ta_tewi({6}, 1, -4)", ta_tewi((const int[]){6, 77}, 1, -4), 1);
    CHECK("ta_tewi({3}, 1, 4)", ta_tewi((const int[]){3, 77}, 1, 4), 0);
    CHECK("ta_tewi({3, 7, 1, 3}, 4, 4)", ta_tewi((const int[]){3, 7, 1, 3, 77}, 4, 4), 1);
    puts("ok src/ta_tewi.c");
    return 0;
}
