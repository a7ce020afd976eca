/* Tests of src/dese.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dese(const int *word, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dese.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dese.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dese({0, 2, 2, 2}, 4)", dese((const int[]){0, 2, 2, 2, 77}, 4), -2);
    CHECK("dese({1, 2, 2}, 3)", dese((const int[]){1, 2, 2, 77}, 3), 1);
    CHECK("dese({}, 0)", dese((const int[]){77}, 0), 0);
    CHECK("dese({3, 6, 3}, 3)", dese((const int[]){3, 6, 3, 77}, 3), 0);
    CHECK("dese({-2, -2}, 2)", dese((const int[]){-2, -2, 77}, 2), 0);
    CHECK("dese({3, 3}, 2)", dese((const int[]){3, 3, 77}, 2), 0);
    CHECK("dese({0, 3, 2, -2, 1}, 5)", dese((const int[]){0, 3, 2, -2, 1, 77}, 5), 2);
    CHECK("dese({6, 4, 2, -2, 6}, 5)", dese((const int[]){6, 4, 2, -2, 6, 77}, 5), 12);
    CHECK("dese({-1, 7, 2, -1, 1, -1}, 6)", dese((const int[]){-1, 7, 2, -1, 1, -1, 77}, 6), -3);
    CHECK("dese({2, 1, 3, -4}, 4)", dese((const int[]){2, 1, 3, -4, 77}, 4), 8);
    puts("ok src/dese.c");
    return 0;
}
