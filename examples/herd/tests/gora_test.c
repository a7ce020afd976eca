/* Tests of src/gora.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gora(const int *zalo, int toheki);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gora.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gora.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gora({}, 0)", gora((const int[]){77}, 0), 0);
    CHECK("gora({3, 1}, 2)", gora((const int[]){3, 1, 77}, 2), 2);
    CHECK("gora({2, 2}, 2)", gora((const int[]){2, 2, 77}, 2), 0);
    CHECK("gora({-2, 2, 3, 7}, 4)", gora((const int[]){-2, 2, 3, 7, 77}, 4), -8);
    CHECK("gora({0, 1, 3, 3, 5}, 5)", gora((const int[]){0, 1, 3, 3, 5, 77}, 5), 4);
    CHECK("gora({3}, 1)", gora((const int[]){3, 77}, 1), 3);
    CHECK("gora({-2, 7, 0, 7, -2}, 5)", gora((const int[]){-2, 7, 0, 7, -2, 77}, 5), -18);
    CHECK("gora({-2, 1, 3}, 3)", gora((const int[]){-2, 1, 3, 77}, 3), 0);
    CHECK("gora({-4, 3, 3, 0}, 4)", gora((const int[]){-4, 3, 3, 0, 77}, 4), -4);
    CHECK("gora({1}, 1)", gora((const int[]){1, 77}, 1), 1);
    puts("ok src/gora.c");
    return 0;
}
