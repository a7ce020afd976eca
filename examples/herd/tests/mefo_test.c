/* Tests of src/mefo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mefo(const int *nolu, int josoce);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mefo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mefo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mefo({3, 4, 2, 3}, 4)", mefo((const int[]){3, 4, 2, 3, 77}, 4), 12);
    CHECK("mefo({3, 4, 6, -1, -1}, 5)", mefo((const int[]){3, 4, 6, -1, -1, 77}, 5), 13);
    CHECK("mefo({-4, -4}, 2)", mefo((const int[]){-4, -4, 77}, 2), 0);
    CHECK("mefo({-4, -1, -1}, 3)", mefo((const int[]){-4, -1, -1, 77}, 3), 0);
    CHECK("mefo({-2, -2}, 2)", mefo((const int[]){-2, -2, 77}, 2), 0);
    CHECK("mefo({6, 2, 0, 4}, 4)", mefo((const int[]){6, 2, 0, 4, 77}, 4), 12);
    CHECK("mefo({1, 3, 3, 3, 0}, 5)", mefo((const int[]){1, 3, 3, 3, 0, 77}, 5), 10);
    CHECK("mefo({2}, 1)", mefo((const int[]){2, 77}, 1), 2);
    CHECK("mefo({1, 3, 0, 1}, 4)", mefo((const int[]){1, 3, 0, 1, 77}, 4), 5);
    CHECK("mefo({2, -1, -2, 1}, 4)", mefo((const int[]){2, -1, -2, 1, 77}, 4), 2);
    puts("ok src/mefo.c");
    return 0;
}
