/* Tests of src/bise.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bise(const int *babuc, int setfe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bise.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bise.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bise({-2, -2, 1, 7}, 4)", bise((const int[]){-2, -2, 1, 7, 77}, 4), 0);
    CHECK("bise({-1, 1, 2, 1}, 4)", bise((const int[]){-1, 1, 2, 1, 77}, 4), 0);
    CHECK("bise({7, -2}, 2)", bise((const int[]){7, -2, 77}, 2), 0);
    CHECK("bise({-2, -1}, 2)", bise((const int[]){-2, -1, 77}, 2), 0);
    CHECK("bise({-1, -1, -1, 2, 3, 1}, 6)", bise((const int[]){-1, -1, -1, 2, 3, 1, 77}, 6), 0);
    CHECK("bise({-3, -3, 0}, 3)", bise((const int[]){-3, -3, 0, 77}, 3), 0);
    CHECK("bise({-2}, 1)", bise((const int[]){-2, 77}, 1), 1);
    CHECK("bise({3, -3, -1}, 3)", bise((const int[]){3, -3, -1, 77}, 3), 0);
    CHECK("bise({3, -2, 0}, 3)", bise((const int[]){3, -2, 0, 77}, 3), 0);
    CHECK("bise({-1, 1, 1, 3, 3, -1}, 6)", bise((const int[]){-1, 1, 1, 3, 3, -1, 77}, 6), 0);
    puts("ok src/bise.c");
    return 0;
}
