/* Tests of src/moga_lamu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int moga_lamu(const int *jiko, int tofah, int bo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/moga_lamu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/moga_lamu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("moga_lamu({}, 0, 3)", moga_lamu((const int[]){77}, 0, 3), 0);
    CHECK("moga_lamu({}, 0, -4)", moga_lamu((const int[]){77}, 0, -4), 0);
    CHECK("moga_lamu({2, 2, -1, 4, 1, 0}, 6, -4)", moga_lamu((const int[]){2, 2, -1, 4, 1, 0, 77}, 6, -4), 0);
    CHECK("moga_lamu({0}, 1, 4)", moga_lamu((const int[]){0, 77}, 1, 4), 0);
    CHECK("moga_lamu({-2}, 1, -4)", moga_lamu((const int[]){-2, 77}, 1, -4), 0);
    CHECK("moga_lamu({-2, 0, 3, 3, 5, 7}, 6, 4)", moga_lamu((const int[]){-2, 0, 3, 3, 5, 7, 77}, 6, 4), 0);
    CHECK("moga_lamu({-4, -4, -4}, 3, 1)", moga_lamu((const int[]){-4, -4, -4, 77}, 3, 1), 0);
    CHECK("moga_lamu({-2, 2, 6, 2}, 4, -3)", moga_lamu((const int[]){-2, 2, 6, 2, 77}, 4, -3), 0);
    CHECK("moga_lamu({-1, 7, 3, 6, 2}, 5, -4)", moga_lamu((const int[]){-1, 7, 3, 6, 2, 77}, 5, -4), 0);
    CHECK("moga_lamu({2, 3}, 2, -1)", moga_lamu((const int[]){2, 3, 77}, 2, -1), 0);
    puts("ok src/moga_lamu.c");
    return 0;
}
