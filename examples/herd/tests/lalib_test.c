/* Tests of src/lalib.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lalib(const int *e, int b);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lalib.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lalib.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lalib({4, 0, -2, 1}, 4)", lalib((const int[]){4, 0, -2, 1, 77}, 4), 1);
    CHECK("lalib({4}, 1)", lalib((const int[]){4, 77}, 1), 0);
    CHECK("lalib({5, 1, -2, -1, 0}, 5)", lalib((const int[]){5, 1, -2, -1, 0, 77}, 5), 5);
    CHECK("lalib({-4, -2, 1}, 3)", lalib((const int[]){-4, -2, 1, 77}, 3), 1);
    CHECK("lalib({4, -1, 2}, 3)", lalib((const int[]){4, -1, 2, 77}, 3), -1);
    CHECK("lalib({1}, 1)", lalib((const int[]){1, 77}, 1), 1);
    CHECK("lalib({-1, -2, 6, 2, 5}, 5)", lalib((const int[]){-1, -2, 6, 2, 5, 77}, 5), 4);
    CHECK("lalib({-1, 3}, 2)", lalib((const int[]){-1, 3, 77}, 2), 2);
    CHECK("lalib({-2, 1}, 2)", lalib((const int[]){-2, 1, 77}, 2), 1);
    CHECK("lalib({-3, 0, 2, 3, 4}, 5)", lalib((const int[]){-3, 0, 2, 3, 4, 77}, 5), 0);
    puts("ok src/lalib.c");
    return 0;
}
