/* Tests of src/rugo_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int rugo_bo(const int *b, int m);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/rugo_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/rugo_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("rugo_bo({2}, 1)", rugo_bo((const int[]){2, 77}, 1), 0);
    CHECK("rugo_bo({3, -1, 2, 2}, 4)", rugo_bo((const int[]){3, -1, 2, 2, 77}, 4), 0);
    CHECK("rugo_bo({0, 4}, 2)", rugo_bo((const int[]){0, 4, 77}, 2), 0);
    CHECK("rugo_bo({2, 2}, 2)", rugo_bo((const int[]){2, 2, 77}, 2), 0);
    CHECK("rugo_bo({-2, -1}, 2)", rugo_bo((const int[]){-2, -1, 77}, 2), 0);
    CHECK("rugo_bo({-2, -1, 0}, 3)", rugo_bo((const int[]){-2, -1, 0, 77}, 3), 0);
    CHECK("rugo_bo({}, 0)", rugo_bo((const int[]){77}, 0), 0);
    CHECK("rugo_bo({7, 7}, 2)", rugo_bo((const int[]){7, 7, 77}, 2), 2);
    CHECK("rugo_bo({-4, -1, -4}, 3)", rugo_bo((const int[]){-4, -1, -4, 77}, 3), 0);
    CHECK("rugo_bo({-1}, 1)", rugo_bo((const int[]){-1, 77}, 1), 0);
    puts("ok src/rugo_bo.c");
    return 0;
}
