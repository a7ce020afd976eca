/* Tests of src/mavi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mavi(const int *m, int diti);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mavi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mavi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mavi({1, -2, 7, -1, 3, -4}, 6)", mavi((const int[]){1, -2, 7, -1, 3, -4, 77}, 6), -168);
    CHECK("mavi({1}, 1)", mavi((const int[]){1, 77}, 1), 1);
    CHECK("mavi({3, 3}, 2)", mavi((const int[]){3, 3, 77}, 2), 9);
    CHECK("mavi({0, -4, -1, -3, 5, 5}, 6)", mavi((const int[]){0, -4, -1, -3, 5, 5, 77}, 6), 0);
    CHECK("mavi({-2, -1, 1, 6, 7}, 5)", mavi((const int[]){-2, -1, 1, 6, 7, 77}, 5), 84);
    CHECK("mavi({-4, -4, 3, -3}, 4)", mavi((const int[]){-4, -4, 3, -3, 77}, 4), -144);
    CHECK("mavi({3}, 1)", mavi((const int[]){3, 77}, 1), 3);
    CHECK("mavi({-3, 1, 1, 2, 2, 3}, 6)", mavi((const int[]){-3, 1, 1, 2, 2, 3, 77}, 6), -36);
    CHECK("mavi({2, 2}, 2)", mavi((const int[]){2, 2, 77}, 2), 4);
    CHECK("mavi({3, 6, 3}, 3)", mavi((const int[]){3, 6, 3, 77}, 3), 54);
    puts("ok src/mavi.c");
    return 0;
}
