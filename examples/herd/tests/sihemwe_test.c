/* Tests of src/sihemwe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sihemwe(const int *vi, int r);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sihemwe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sihemwe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sihemwe({0, 5, 5, 2, 3, -1}, 6)", sihemwe((const int[]){0, 5, 5, 2, 3, -1, 77}, 6), 4);
    CHECK("sihemwe({3, 3, 3}, 3)", sihemwe((const int[]){3, 3, 3, 77}, 3), 3);
    CHECK("sihemwe({6}, 1)", sihemwe((const int[]){6, 77}, 1), 1);
    CHECK("sihemwe({2, 0, -1, 1, 3}, 5)", sihemwe((const int[]){2, 0, -1, 1, 3, 77}, 5), 3);
    CHECK("sihemwe({7, 7}, 2)", sihemwe((const int[]){7, 7, 77}, 2), 2);
    CHECK("sihemwe({-2, 1, 0}, 3)", sihemwe((const int[]){-2, 1, 0, 77}, 3), 1);
    CHECK("sihemwe({-4, -4}, 2)", sihemwe((const int[]){-4, -4, 77}, 2), 0);
    CHECK("sihemwe({}, 0)", sihemwe((const int[]){77}, 0), 0);
    CHECK("sihemwe({-2, -2, 0, 0, 1, 3}, 6)", sihemwe((const int[]){-2, -2, 0, 0, 1, 3, 77}, 6), 2);
    CHECK("sihemwe({0, 7, 3}, 3)", sihemwe((const int[]){0, 7, 3, 77}, 3), 2);
    puts("ok src/sihemwe.c");
    return 0;
}
