/* Tests of src/foge.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int foge(const int *zerafe, int cukozi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/foge.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/foge.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("foge({-2, -2}, 2)", foge((const int[]){-2, -2, 77}, 2), 0);
    CHECK("foge({-1, 1, 2, 2}, 4)", foge((const int[]){-1, 1, 2, 2, 77}, 4), -2);
    CHECK("foge({}, 0)", foge((const int[]){77}, 0), 0);
    CHECK("foge({4, 1, 2, 0, 4}, 5)", foge((const int[]){4, 1, 2, 0, 4, 77}, 5), 9);
    CHECK("foge({2, -1, 2, 2}, 4)", foge((const int[]){2, -1, 2, 2, 77}, 4), 3);
    CHECK("foge({-2, 0, 2, 2, 5}, 5)", foge((const int[]){-2, 0, 2, 2, 5, 77}, 5), 3);
    CHECK("foge({0}, 1)", foge((const int[]){0, 77}, 1), 0);
    CHECK("foge({3, 7, 2, 3}, 4)", foge((const int[]){3, 7, 2, 3, 77}, 4), -5);
    CHECK("foge({3, 3}, 2)", foge((const int[]){3, 3, 77}, 2), 0);
    CHECK("foge({-4, -4}, 2)", foge((const int[]){-4, -4, 77}, 2), 0);
    puts("ok src/foge.c");
    return 0;
}
