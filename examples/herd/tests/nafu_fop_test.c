/* Tests of src/nafu_fop.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nafu_fop(const int *v, int n, int start);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nafu_fop.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nafu_fop.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nafu_fop({-3, -2, 0, 3, 3}, 5, -4)", nafu_fop((const int[]){-3, -2, 0, 3, 3, 77}, 5, -4), -1);
    CHECK("nafu_fop({-3, 0, 0, -1, -2}, 5, 4)", nafu_fop((const int[]){-3, 0, 0, -1, -2, 77}, 5, 4), -1);
    CHECK("nafu_fop({1, -1, 0, -2}, 4, 1)", nafu_fop((const int[]){1, -1, 0, -2, 77}, 4, 1), 0);
    CHECK("nafu_fop({6, 3, 0, -1, 5}, 5, 1)", nafu_fop((const int[]){6, 3, 0, -1, 5, 77}, 5, 1), -1);
    CHECK("nafu_fop({2, 2, 3, 6, 3}, 5, -1)", nafu_fop((const int[]){2, 2, 3, 6, 3, 77}, 5, -1), -1);
    CHECK("nafu_fop({-2, -1, -1, 0, 3}, 5, 2)", nafu_fop((const int[]){-2, -1, -1, 0, 3, 77}, 5, 2), -1);
    CHECK("nafu_fop({6}, 1, 4)", nafu_fop((const int[]){6, 77}, 1, 4), -1);
    CHECK("nafu_fop({2, 5}, 2, 2)", nafu_fop((const int[]){2, 5, 77}, 2, 2), 0);
    CHECK("nafu_fop({4}, 1, -3)", nafu_fop((const int[]){4, 77}, 1, -3), -1);
    CHECK("nafu_fop({0, 0}, 2, 0)", nafu_fop((const int[]){0, 0, 77}, 2, 0), 0);
    puts("ok src/nafu_fop.c");
    return 0;
}
