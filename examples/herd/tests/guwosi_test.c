/* Tests of src/guwosi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int guwosi(const int *nicilum, int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/guwosi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/guwosi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("guwosi({-3, 0, 1, 1, 7}, 5)", guwosi((const int[]){-3, 0, 1, 1, 7, 77}, 5), -3);
    CHECK("guwosi({3, 3}, 2)", guwosi((const int[]){3, 3, 77}, 2), 3);
    CHECK("guwosi({2, -2, 0, 4, 6, 1}, 6)", guwosi((const int[]){2, -2, 0, 4, 6, 1, 77}, 6), -2);
    CHECK("guwosi({7, 7}, 2)", guwosi((const int[]){7, 7, 77}, 2), 7);
    CHECK("guwosi({-1, 0, 0, 2, 6}, 5)", guwosi((const int[]){-1, 0, 0, 2, 6, 77}, 5), -1);
    CHECK("guwosi({3, -3, 2, 2, 3}, 5)", guwosi((const int[]){3, -3, 2, 2, 3, 77}, 5), -3);
    CHECK("guwosi({3}, 1)", guwosi((const int[]){3, 77}, 1), 3);
    CHECK("guwosi({2, 2}, 2)", guwosi((const int[]){2, 2, 77}, 2), 2);
    CHECK("guwosi({-3}, 1)", guwosi((const int[]){-3, 77}, 1), -3);
    CHECK("guwosi({2, -3, 2, 0, 0, -1}, 6)", guwosi((const int[]){2, -3, 2, 0, 0, -1, 77}, 6), -3);
    puts("ok src/guwosi.c");
    return 0;
}
