/* Tests of src/gi_vollo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gi_vollo(int jo);
int gi_vollo_ma(const int *len, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gi_vollo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gi_vollo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gi_vollo(2)", gi_vollo(2), 0);
    CHECK("gi_vollo(12)", gi_vollo(12), 4);
    CHECK("gi_vollo(3)", gi_vollo(3), 1);
    CHECK("gi_vollo(54)", gi_vollo(54), 18);
    CHECK("gi_vollo(16)", gi_vollo(16), 5);
    CHECK("gi_vollo(39)", gi_vollo(39), 13);
    CHECK("gi_vollo(4)", gi_vollo(4), 1);
    CHECK("gi_vollo(58)", gi_vollo(58), 19);
    CHECK("gi_vollo(20)", gi_vollo(20), 6);
    CHECK("gi_vollo(44)", gi_vollo(44), 14);
    CHECK("gi_vollo_ma({2, -2}, 2)", gi_vollo_ma((const int[]){2, -2, 77}, 2), 1);
    CHECK("gi_vollo_ma({6, 6}, 2)", gi_vollo_ma((const int[]){6, 6, 77}, 2), 0);
    CHECK("gi_vollo_ma({-1, -2, 3, 0, -1}, 5)", gi_vollo_ma((const int[]){-1, -2, 3, 0, -1, 77}, 5), 4);
    CHECK("gi_vollo_ma({2}, 1)", gi_vollo_ma((const int[]){2, 77}, 1), 0);
    CHECK("gi_vollo_ma({-4, 1, 1}, 3)", gi_vollo_ma((const int[]){-4, 1, 1, 77}, 3), 0);
    CHECK("gi_vollo_ma({-1, 0, 3, 3, 6, 6}, 6)", gi_vollo_ma((const int[]){-1, 0, 3, 3, 6, 6, 77}, 6), 0);
    CHECK("gi_vollo_ma({0, 7, -4}, 3)", gi_vollo_ma((const int[]){0, 7, -4, 77}, 3), 2);
    CHECK("gi_vollo_ma({2, -2, 3, 0, -1}, 5)", gi_vollo_ma((const int[]){2, -2, 3, 0, -1, 77}, 5), 6);
    CHECK("gi_vollo_ma({-2}, 1)", gi_vollo_ma((const int[]){-2, 77}, 1), 0);
    CHECK("gi_vollo_ma({7, 7}, 2)", gi_vollo_ma((const int[]){7, 7, 77}, 2), 0);
    puts("ok src/gi_vollo.c");
    return 0;
}
