/* Tests of src/wifa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int wifa(const int *vinu, int jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/wifa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/wifa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("wifa({1, -2, 7, -1, 3, -4}, 6)", wifa((const int[]){1, -2, 7, -1, 3, -4, 77}, 6), -168);
    CHECK("wifa({1}, 1)", wifa((const int[]){1, 77}, 1), 1);
    CHECK("wifa({3, 3}, 2)", wifa((const int[]){3, 3, 77}, 2), 9);
    CHECK("wifa({0, -4, -1, -3, 5, 5}, 6)", wifa((const int[]){0, -4, -1, -3, 5, 5, 77}, 6), 0);
    CHECK("wifa({-2, -1, 1, 6, 7}, 5)", wifa((const int[]){-2, -1, 1, 6, 7, 77}, 5), 84);
    CHECK("wifa({-4, -4, 3, -3}, 4)", wifa((const int[]){-4, -4, 3, -3, 77}, 4), -144);
    CHECK("wifa({3}, 1)", wifa((const int[]){3, 77}, 1), 3);
    CHECK("wifa({-3, 1, 1, 2, 2, 3}, 6)", wifa((const int[]){-3, 1, 1, 2, 2, 3, 77}, 6), -36);
    CHECK("wifa({2, 2}, 2)", wifa((const int[]){2, 2, 77}, 2), 4);
    CHECK("wifa({3, 6, 3}, 3)", wifa((const int[]){3, 6, 3, 77}, 3), 54);
    puts("ok src/wifa.c");
    return 0;
}
