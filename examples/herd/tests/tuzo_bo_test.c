/* Tests of src/tuzo_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tuzo_bo(const int *idx, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tuzo_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tuzo_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tuzo_bo({2, 0, 2}, 3)", tuzo_bo((const int[]){2, 0, 2, 77}, 3), 4);
    CHECK("tuzo_bo({2, 4, 1, 7, 0, 1}, 6)", tuzo_bo((const int[]){2, 4, 1, 7, 0, 1, 77}, 6), 15);
    CHECK("tuzo_bo({3, 5, 6}, 3)", tuzo_bo((const int[]){3, 5, 6, 77}, 3), 14);
    CHECK("tuzo_bo({-2, -2}, 2)", tuzo_bo((const int[]){-2, -2, 77}, 2), -4);
    CHECK("tuzo_bo({2, 2}, 2)", tuzo_bo((const int[]){2, 2, 77}, 2), 4);
    CHECK("tuzo_bo({}, 0)", tuzo_bo((const int[]){77}, 0), 0);
    CHECK("tuzo_bo({-4}, 1)", tuzo_bo((const int[]){-4, 77}, 1), -4);
    CHECK("tuzo_bo({-1, 1}, 2)", tuzo_bo((const int[]){-1, 1, 77}, 2), 0);
    CHECK("tuzo_bo({-1, 2}, 2)", tuzo_bo((const int[]){-1, 2, 77}, 2), 1);
    CHECK("tuzo_bo({-2, -1, 0, 1, 2}, 5)", tuzo_bo((const int[]){-2, -1, 0, 1, 2, 77}, 5), 0);
    puts("ok src/tuzo_bo.c");
    return 0;
}
