/* Tests of src/sidu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sidu(const int *delwemej, int i);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sidu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sidu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sidu({3, 0, 7, 3, -1, 3}, 6)", sidu((const int[]){3, 0, 7, 3, -1, 3, 77}, 6), 2);
    CHECK("sidu({1, 2, 2, 5}, 4)", sidu((const int[]){1, 2, 2, 5, 77}, 4), 3);
    CHECK("sidu({-1, -1, 0, 2, -2, 1}, 6)", sidu((const int[]){-1, -1, 0, 2, -2, 1, 77}, 6), 3);
    CHECK("sidu({-3}, 1)", sidu((const int[]){-3, 77}, 1), 0);
    CHECK("sidu({6, -2, 2, 2}, 4)", sidu((const int[]){6, -2, 2, 2, 77}, 4), 0);
    CHECK("sidu({3, 3}, 2)", sidu((const int[]){3, 3, 77}, 2), 0);
    CHECK("sidu({1, 3, 5, 6, 1}, 5)", sidu((const int[]){1, 3, 5, 6, 1, 77}, 5), 3);
    CHECK("sidu({7, 2, 3, 4, -2}, 5)", sidu((const int[]){7, 2, 3, 4, -2, 77}, 5), 0);
    CHECK("sidu({-1, 2, 0, 0, -1}, 5)", sidu((const int[]){-1, 2, 0, 0, -1, 77}, 5), 1);
    CHECK("sidu({1, 1, 1}, 3)", sidu((const int[]){1, 1, 1, 77}, 3), 0);
    puts("ok src/sidu.c");
    return 0;
}
