/* Tests of src/gadu_weja.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gadu_weja(const int *bo, int gi, int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gadu_weja.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gadu_weja.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gadu_weja({2, 5, -1, -2}, 4, -4)", gadu_weja((const int[]){2, 5, -1, -2, 77}, 4, -4), -1);
    CHECK("gadu_weja({3, -2, -2}, 3, -3)", gadu_weja((const int[]){3, -2, -2, 77}, 3, -3), -1);
    CHECK("gadu_weja({-2}, 1, 0)", gadu_weja((const int[]){-2, 77}, 1, 0), -1);
    CHECK("gadu_weja({-1, 0, 1, 3}, 4, 1)", gadu_weja((const int[]){-1, 0, 1, 3, 77}, 4, 1), 2);
    CHECK("gadu_weja({1}, 1, -4)", gadu_weja((const int[]){1, 77}, 1, -4), -1);
    CHECK("gadu_weja({4, 6, 2, -2, 3}, 5, -2)", gadu_weja((const int[]){4, 6, 2, -2, 3, 77}, 5, -2), 3);
    CHECK("gadu_weja({}, 0, 4)", gadu_weja((const int[]){77}, 0, 4), -1);
    CHECK("gadu_weja({2, 0, 2}, 3, -3)", gadu_weja((const int[]){2, 0, 2, 77}, 3, -3), -1);
    CHECK("gadu_weja({3, 3, 1}, 3, 3)", gadu_weja((const int[]){3, 3, 1, 77}, 3, 3), 1);
    CHECK("gadu_weja({-1, -2, 7, -4, 5}, 5, 4)", gadu_weja((const int[]){-1, -2, 7, -4, 5, 77}, 5, 4), -1);
    puts("ok src/gadu_weja.c");
    return 0;
}
