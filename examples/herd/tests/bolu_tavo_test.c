/* Tests of src/bolu_tavo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bolu_tavo(const int *kiron, int gici, int so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bolu_tavo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bolu_tavo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bolu_tavo({5}, 1, -2)", bolu_tavo((const int[]){5, 77}, 1, -2), -1);
    CHECK("bolu_tavo({-1}, 1, -2)", bolu_tavo((const int[]){-1, 77}, 1, -2), -1);
    CHECK("bolu_tavo({1, 0, 0, -3, 0, 0}, 6, -1)", bolu_tavo((const int[]){1, 0, 0, -3, 0, 0, 77}, 6, -1), -1);
    CHECK("bolu_tavo({3, 3, -1, 3}, 4, -2)", bolu_tavo((const int[]){3, 3, -1, 3, 77}, 4, -2), -1);
    CHECK("bolu_tavo({-1}, 1, 1)", bolu_tavo((const int[]){-1, 77}, 1, 1), -1);
    CHECK("bolu_tavo({-1, -2, 1, 0, 7, -2}, 6, -2)", bolu_tavo((const int[]){-1, -2, 1, 0, 7, -2, 77}, 6, -2), -1);
    CHECK("bolu_tavo({3, 7, 7}, 3, 5)", bolu_tavo((const int[]){3, 7, 7, 77}, 3, 5), 3);
    CHECK("bolu_tavo({2, 3, -4, 1, 2}, 5, 6)", bolu_tavo((const int[]){2, 3, -4, 1, 2, 77}, 5, 6), 3);
    CHECK("bolu_tavo({-2, 1}, 2, 6)", bolu_tavo((const int[]){-2, 1, 77}, 2, 6), 1);
    CHECK("bolu_tavo({-2, -1, 0, 4}, 4, -1)", bolu_tavo((const int[]){-2, -1, 0, 4, 77}, 4, -1), -1);
    puts("ok src/bolu_tavo.c");
    return 0;
}
