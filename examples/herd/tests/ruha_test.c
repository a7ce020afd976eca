/* Tests of src/ruha.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ruha(const int *bo, int retifa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ruha.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ruha.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ruha({0, -4, 2, -2, 1, 3}, 6)", ruha((const int[]){0, -4, 2, -2, 1, 3, 77}, 6), 13);
    CHECK("ruha({4, 3, -2}, 3)", ruha((const int[]){4, 3, -2, 77}, 3), 4);
    CHECK("ruha({-1, 3}, 2)", ruha((const int[]){-1, 3, 77}, 2), 5);
    CHECK("ruha({0, 3, 3}, 3)", ruha((const int[]){0, 3, 3, 77}, 3), 15);
    CHECK("ruha({3, 1, -1, 3}, 4)", ruha((const int[]){3, 1, -1, 3, 77}, 4), 14);
    CHECK("ruha({0, 7, 7}, 3)", ruha((const int[]){0, 7, 7, 77}, 3), 35);
    CHECK("ruha({2, 6}, 2)", ruha((const int[]){2, 6, 77}, 2), 14);
    CHECK("ruha({6, -3, -1, 3, 3}, 5)", ruha((const int[]){6, -3, -1, 3, 3, 77}, 5), 24);
    CHECK("ruha({6, 3}, 2)", ruha((const int[]){6, 3, 77}, 2), 12);
    CHECK("ruha({-1, -1}, 2)", ruha((const int[]){-1, -1, 77}, 2), -3);
    puts("ok src/ruha.c");
    return 0;
}
