/* Tests of src/buzada.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int buzada(const int *le, int nikeja, int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/buzada.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/buzada.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("buzada({1, 5, -2, 3}, 4, 0)", buzada((const int[]){1, 5, -2, 3, 77}, 4, 0), 0);
    CHECK("buzada({6}, 1, 3)", buzada((const int[]){6, 77}, 1, 3), 0);
    CHECK("buzada({1, -2, 7}, 3, -1)", buzada((const int[]){1, -2, 7, 77}, 3, -1), 0);
    CHECK("buzada({-1, 0, 1, 2, 3, 5}, 6, 1)", buzada((const int[]){-1, 0, 1, 2, 3, 5, 77}, 6, 1), 1);
    CHECK("buzada({}, 0, 4)", buzada((const int[]){77}, 0, 4), 0);
    CHECK("buzada({2, 2}, 2, -3)", buzada((const int[]){2, 2, 77}, 2, -3), 0);
    CHECK("buzada({-3, 5, 3, 5, -1, -4}, 6, -1)", buzada((const int[]){-3, 5, 3, 5, -1, -4, 77}, 6, -1), 1);
    CHECK("buzada({1, 0, -1, 4, -4}, 5, 4)", buzada((const int[]){1, 0, -1, 4, -4, 77}, 5, 4), 1);
    CHECK("buzada({}, 0, -1)", buzada((const int[]){77}, 0, -1), 0);
    CHECK("buzada({-2, -1, 0, 1}, 4, -3)", buzada((const int[]){-2, -1, 0, 1, 77}, 4, -3), 0);
    puts("ok src/buzada.c");
    return 0;
}
