/* Tests of src/zuju_sino.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zuju_sino(const int *wesa, int mafala);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zuju_sino.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zuju_sino.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zuju_sino({2, 2, 4, 2, 1, -2}, 6)", zuju_sino((const int[]){2, 2, 4, 2, 1, -2, 77}, 6), 2);
    CHECK("zuju_sino({4, 3}, 2)", zuju_sino((const int[]){4, 3, 77}, 2), 1);
    CHECK("zuju_sino({3, 0, -2, 2}, 4)", zuju_sino((const int[]){3, 0, -2, 2, 77}, 4), 1);
    CHECK("zuju_sino({5, 5}, 2)", zuju_sino((const int[]){5, 5, 77}, 2), 2);
    CHECK("zuju_sino({-2, 4, 7}, 3)", zuju_sino((const int[]){-2, 4, 7, 77}, 3), 1);
    CHECK("zuju_sino({4, 2, 0, 2}, 4)", zuju_sino((const int[]){4, 2, 0, 2, 77}, 4), 1);
    CHECK("zuju_sino({0, 0}, 2)", zuju_sino((const int[]){0, 0, 77}, 2), 2);
    CHECK("zuju_sino({-3, -2}, 2)", zuju_sino((const int[]){-3, -2, 77}, 2), 1);
    CHECK("zuju_sino({2, 1, 3, -3, -1, 5}, 6)", zuju_sino((const int[]){2, 1, 3, -3, -1, 5, 77}, 6), 1);
    CHECK("zuju_sino({-4, -2, -1, 0, 5}, 5)", zuju_sino((const int[]){-4, -2, -1, 0, 5, 77}, 5), 1);
    puts("ok src/zuju_sino.c");
    return 0;
}
