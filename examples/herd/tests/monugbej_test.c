/* Tests of src/monugbej.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int monugbej(const int *goza, int bemiha, int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/monugbej.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/monugbej.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("monugbej({-2, -1, 5}, 3, 3)", monugbej((const int[]){-2, -1, 5, 77}, 3, 3), 0);
    CHECK("monugbej({1, 3, 0, 2, 4, 0}, 6, 2)", monugbej((const int[]){1, 3, 0, 2, 4, 0, 77}, 6, 2), 1);
    CHECK("monugbej({-1}, 1, -3)", monugbej((const int[]){-1, 77}, 1, -3), 0);
    CHECK("monugbej({-3, -3}, 2, 4)", monugbej((const int[]){-3, -3, 77}, 2, 4), 0);
    CHECK("monugbej({-3, 2, 3, 3}, 4, -4)", monugbej((const int[]){-3, 2, 3, 3, 77}, 4, -4), 0);
    CHECK("monugbej({3, 0, 1, -2, 3, 7}, 6, -1)", monugbej((const int[]){3, 0, 1, -2, 3, 7, 77}, 6, -1), 0);
    CHECK("monugbej({1}, 1, -2)", monugbej((const int[]){1, 77}, 1, -2), 0);
    CHECK("monugbej({-2, 4, -1, 3, 1, -4}, 6, 0)", monugbej((const int[]){-2, 4, -1, 3, 1, -4, 77}, 6, 0), 0);
    CHECK("monugbej({1, -1, 4, -2, -2}, 5, 4)", monugbej((const int[]){1, -1, 4, -2, -2, 77}, 5, 4), 1);
    CHECK("monugbej({2, 0, -2, -1, -1}, 5, -3)", monugbej((const int[]){2, 0, -2, -1, -1, 77}, 5, -3), 0);
    puts("ok src/monugbej.c");
    return 0;
}
