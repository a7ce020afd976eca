/* Tests of src/sude_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sude_ma(const int *p, int sewvice);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sude_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sude_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sude_ma({0, 1, 3, 3, 7}, 5)", sude_ma((const int[]){0, 1, 3, 3, 7, 77}, 5), 14);
    CHECK("sude_ma({1, 5, -1, 0}, 4)", sude_ma((const int[]){1, 5, -1, 0, 77}, 4), 5);
    CHECK("sude_ma({0, 0, 7, 0, 0, 7}, 6)", sude_ma((const int[]){0, 0, 7, 0, 0, 7, 77}, 6), 14);
    CHECK("sude_ma({3, 6, -1, 5, 1}, 5)", sude_ma((const int[]){3, 6, -1, 5, 1, 77}, 5), 8);
    CHECK("sude_ma({-1, 3}, 2)", sude_ma((const int[]){-1, 3, 77}, 2), 2);
    CHECK("sude_ma({3, 1, 7}, 3)", sude_ma((const int[]){3, 1, 7, 77}, 3), 11);
    CHECK("sude_ma({2, 6, -2, 2, 1, -1}, 6)", sude_ma((const int[]){2, 6, -2, 2, 1, -1, 77}, 6), 0);
    CHECK("sude_ma({-2, 0, 1, 5}, 4)", sude_ma((const int[]){-2, 0, 1, 5, 77}, 4), 6);
    CHECK("sude_ma({-2, 3, -1, 3}, 4)", sude_ma((const int[]){-2, 3, -1, 3, 77}, 4), 5);
    CHECK("sude_ma({3, 3}, 2)", sude_ma((const int[]){3, 3, 77}, 2), 6);
    puts("ok src/sude_ma.c");
    return 0;
}
