/* Tests of src/bohe_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bohe_ma(const int *pole, int jelibi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bohe_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bohe_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bohe_ma({-3, 6, 0, -1}, 4)", bohe_ma((const int[]){-3, 6, 0, -1, 77}, 4), 0);
    CHECK("bohe_ma({3, 3, 3, -1}, 4)", bohe_ma((const int[]){3, 3, 3, -1, 77}, 4), 3);
    CHECK("bohe_ma({3, 3, 7, 1, 0}, 5)", bohe_ma((const int[]){3, 3, 7, 1, 0, 77}, 5), 4);
    CHECK("bohe_ma({0, -1, 1, 1}, 4)", bohe_ma((const int[]){0, -1, 1, 1, 77}, 4), 1);
    CHECK("bohe_ma({2, 3, 0, 7, 4}, 5)", bohe_ma((const int[]){2, 3, 0, 7, 4, 77}, 5), 2);
    CHECK("bohe_ma({-3, 7}, 2)", bohe_ma((const int[]){-3, 7, 77}, 2), 0);
    CHECK("bohe_ma({6}, 1)", bohe_ma((const int[]){6, 77}, 1), 0);
    CHECK("bohe_ma({2, 4, -3, 3}, 4)", bohe_ma((const int[]){2, 4, -3, 3, 77}, 4), 2);
    CHECK("bohe_ma({0, -2}, 2)", bohe_ma((const int[]){0, -2, 77}, 2), 1);
    CHECK("bohe_ma({-2, -2}, 2)", bohe_ma((const int[]){-2, -2, 77}, 2), 0);
    puts("ok src/bohe_ma.c");
    return 0;
}
