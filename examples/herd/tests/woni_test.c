/* Tests of src/woni.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int woni(const int *v, int prev);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/woni.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/woni.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("woni({6, 4, 3, -3, 5}, 5)", woni((const int[]){6, 4, 3, -3, 5, 77}, 5), -3);
    CHECK("woni({-3, -1}, 2)", woni((const int[]){-3, -1, 77}, 2), -3);
    CHECK("woni({0, 6, 6}, 3)", woni((const int[]){0, 6, 6, 77}, 3), 0);
    CHECK("woni({0, 2}, 2)", woni((const int[]){0, 2, 77}, 2), 0);
    CHECK("woni({1, 1}, 2)", woni((const int[]){1, 1, 77}, 2), 1);
    CHECK("woni({5, 5}, 2)", woni((const int[]){5, 5, 77}, 2), 5);
    CHECK("woni({-2, -2, -1}, 3)", woni((const int[]){-2, -2, -1, 77}, 3), -2);
    CHECK("woni({1, 3, -2, 3}, 4)", woni((const int[]){1, 3, -2, 3, 77}, 4), -2);
    CHECK("woni({2, -1, 1, -1}, 4)", woni((const int[]){2, -1, 1, -1, 77}, 4), -1);
    CHECK("woni({6, 2, -1, -1, -2}, 5)", woni((const int[]){6, 2, -1, -1, -2, 77}, 5), -2);
    puts("ok src/woni.c");
    return 0;
}
