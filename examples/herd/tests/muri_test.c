/* Tests of src/muri.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int muri(const int *so, int rugo, int m);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/muri.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/muri.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("muri({}, 0, -2)", muri((const int[]){77}, 0, -2), -1);
    CHECK("muri({-2}, 1, 4)", muri((const int[]){-2, 77}, 1, 4), -1);
    CHECK("muri({-2, -3, -1, 2}, 4, -3)", muri((const int[]){-2, -3, -1, 2, 77}, 4, -3), 1);
    CHECK("muri({-2, -1}, 2, -4)", muri((const int[]){-2, -1, 77}, 2, -4), -1);
    CHECK("muri({-3, 0, 1, 2, 3}, 5, -3)", muri((const int[]){-3, 0, 1, 2, 3, 77}, 5, -3), 0);
    CHECK("muri({-2, 1, 4, 6, 7}, 5, -4)", muri((const int[]){-2, 1, 4, 6, 7, 77}, 5, -4), -1);
    CHECK("muri({3}, 1, 2)", muri((const int[]){3, 77}, 1, 2), -1);
    CHECK("muri({0, 1}, 2, 4)", muri((const int[]){0, 1, 77}, 2, 4), -1);
    CHECK("muri({-1, 0, 0, 0}, 4, -2)", muri((const int[]){-1, 0, 0, 0, 77}, 4, -2), -1);
    CHECK("muri({}, 0, 3)", muri((const int[]){77}, 0, 3), -1);
    puts("ok src/muri.c");
    return 0;
}
