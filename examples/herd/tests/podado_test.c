/* Tests of src/podado.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int podado(const int *step, int low);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/podado.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/podado.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("podado({5, 3, 5}, 3)", podado((const int[]){5, 3, 5, 77}, 3), 26);
    CHECK("podado({7, -3, 1, 2}, 4)", podado((const int[]){7, -3, 1, 2, 77}, 4), 12);
    CHECK("podado({-2, -1, 2, 2, 2, 5}, 6)", podado((const int[]){-2, -1, 2, 2, 2, 5, 77}, 6), 50);
    CHECK("podado({-2, 1, 1, -2, 2}, 5)", podado((const int[]){-2, 1, 1, -2, 2, 77}, 5), 5);
    CHECK("podado({-3, 0}, 2)", podado((const int[]){-3, 0, 77}, 2), -3);
    CHECK("podado({5}, 1)", podado((const int[]){5, 77}, 1), 5);
    CHECK("podado({3, 1, -2, -1}, 4)", podado((const int[]){3, 1, -2, -1, 77}, 4), -5);
    CHECK("podado({-4, 5, -4}, 3)", podado((const int[]){-4, 5, -4, 77}, 3), -6);
    CHECK("podado({1, 4, 1, -1}, 4)", podado((const int[]){1, 4, 1, -1, 77}, 4), 8);
    CHECK("podado({-1, 3}, 2)", podado((const int[]){-1, 3, 77}, 2), 5);
    puts("ok src/podado.c");
    return 0;
}
