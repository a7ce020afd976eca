/* Tests of src/le_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_ma(const int *p, int jis, int wejle);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_ma({1}, 1, 1)", le_ma((const int[]){1, 77}, 1, 1), 1);
    CHECK("le_ma({0, 6, 2, 0}, 4, -4)", le_ma((const int[]){0, 6, 2, 0, 77}, 4, -4), 4);
    CHECK("le_ma({-2, -2}, 2, 0)", le_ma((const int[]){-2, -2, 77}, 2, 0), 0);
    CHECK("le_ma({2}, 1, 2)", le_ma((const int[]){2, 77}, 1, 2), 1);
    CHECK("le_ma({-2}, 1, 4)", le_ma((const int[]){-2, 77}, 1, 4), 0);
    CHECK("le_ma({-2, -2, -1, 1}, 4, 2)", le_ma((const int[]){-2, -2, -1, 1, 77}, 4, 2), 0);
    CHECK("le_ma({2, 2}, 2, -4)", le_ma((const int[]){2, 2, 77}, 2, -4), 2);
    CHECK("le_ma({3}, 1, -3)", le_ma((const int[]){3, 77}, 1, -3), 1);
    CHECK("le_ma({-1, 0}, 2, -4)", le_ma((const int[]){-1, 0, 77}, 2, -4), 2);
    CHECK("le_ma({2, 2}, 2, -3)", le_ma((const int[]){2, 2, 77}, 2, -3), 2);
    puts("ok src/le_ma.c");
    return 0;
}
