/* Tests of src/roli_pura.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int roli_pura(const int *u, int bocigsu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/roli_pura.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/roli_pura.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("roli_pura({-1, -1}, 2)", roli_pura((const int[]){-1, -1, 77}, 2), 0);
    CHECK("roli_pura({}, 0)", roli_pura((const int[]){77}, 0), 0);
    CHECK("roli_pura({-2, 1}, 2)", roli_pura((const int[]){-2, 1, 77}, 2), 1);
    CHECK("roli_pura({0, 0, 1}, 3)", roli_pura((const int[]){0, 0, 1, 77}, 3), 1);
    CHECK("roli_pura({3, 4, 3, -3, 2, -2}, 6)", roli_pura((const int[]){3, 4, 3, -3, 2, -2, 77}, 6), 12);
    CHECK("roli_pura({4}, 1)", roli_pura((const int[]){4, 77}, 1), 4);
    CHECK("roli_pura({0, 3, 0, 3}, 4)", roli_pura((const int[]){0, 3, 0, 3, 77}, 4), 6);
    CHECK("roli_pura({-1, -2}, 2)", roli_pura((const int[]){-1, -2, 77}, 2), 0);
    CHECK("roli_pura({-2}, 1)", roli_pura((const int[]){-2, 77}, 1), 0);
    CHECK("roli_pura({3, -1, 5}, 3)", roli_pura((const int[]){3, -1, 5, 77}, 3), 8);
    puts("ok src/roli_pura.c");
    return 0;
}
