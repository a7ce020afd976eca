/* Tests of src/juvuma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int juvuma(const int *amount, int n, int key);
int juvuma_jo(const int *silotu, int buwe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/juvuma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/juvuma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("juvuma({-7, -3, -1, 3, 6}, 5, -2)", juvuma((const int[]){-7, -3, -1, 3, 6, 77}, 5, -2), 2);
    CHECK("juvuma({-1, 3, 5, 10}, 4, 11)", juvuma((const int[]){-1, 3, 5, 10, 77}, 4, 11), 4);
    CHECK("juvuma({-3, 3}, 2, -7)", juvuma((const int[]){-3, 3, 77}, 2, -7), 0);
    CHECK("juvuma({}, 0, 10)", juvuma((const int[]){77}, 0, 10), 0);
    CHECK("juvuma({-6, -2, 2, 9, 12}, 5, 12)", juvuma((const int[]){-6, -2, 2, 9, 12, 77}, 5, 12), 4);
    CHECK("juvuma({-9, 3, 4, 8}, 4, -8)", juvuma((const int[]){-9, 3, 4, 8, 77}, 4, -8), 1);
    CHECK("juvuma({}, 0, -9)", juvuma((const int[]){77}, 0, -9), 0);
    CHECK("juvuma({-8, -3, 0, 4}, 4, 3)", juvuma((const int[]){-8, -3, 0, 4, 77}, 4, 3), 3);
    CHECK("juvuma({-2, -1, 6, 9}, 4, -8)", juvuma((const int[]){-2, -1, 6, 9, 77}, 4, -8), 0);
    CHECK("juvuma({-1}, 1, 9)", juvuma((const int[]){-1, 77}, 1, 9), 1);
    CHECK("juvuma_jo({3, 2}, 2)", juvuma_jo((const int[]){3, 2, 77}, 2), 0);
    CHECK("juvuma_jo({-1, 1, -1}, 3)", juvuma_jo((const int[]){-1, 1, -1, 77}, 3), 0);
    CHECK("juvuma_jo({1, 1}, 2)", juvuma_jo((const int[]){1, 1, 77}, 2), 0);
    CHECK("juvuma_jo({}, 0)", juvuma_jo((const int[]){77}, 0), 0);
    CHECK("juvuma_jo({-2, -2}, 2)", juvuma_jo((const int[]){-2, -2, 77}, 2), 0);
    CHECK("juvuma_jo({4, 0, 0, 5, -1, -1}, 6)", juvuma_jo((const int[]){4, 0, 0, 5, -1, -1, 77}, 6), 0);
    CHECK("juvuma_jo({7, 5, 1}, 3)", juvuma_jo((const int[]){7, 5, 1, 77}, 3), 1);
    CHECK("juvuma_jo({3, 1, 2, 6, -2, -3}, 6)", juvuma_jo((const int[]){3, 1, 2, 6, -2, -3, 77}, 6), 1);
    CHECK("juvuma_jo({7, -4, -1, 2, 6, -2}, 6)", juvuma_jo((const int[]){7, -4, -1, 2, 6, -2, 77}, 6), 2);
    CHECK("juvuma_jo({-1, -1}, 2)", juvuma_jo((const int[]){-1, -1, 77}, 2), 0);
    puts("ok src/juvuma.c");
    return 0;
}
