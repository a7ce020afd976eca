/* Tests of src/zado.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zado(const int *so, int q, int luda);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zado.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zado.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zado({4, -2, 0}, 3, 4)", zado((const int[]){4, -2, 0, 77}, 3, 4), 0);
    CHECK("zado({0, 0, -1}, 3, 6)", zado((const int[]){0, 0, -1, 77}, 3, 6), 0);
    CHECK("zado({2}, 1, 5)", zado((const int[]){2, 77}, 1, 5), 2);
    CHECK("zado({1}, 1, 1)", zado((const int[]){1, 77}, 1, 1), -1);
    CHECK("zado({0, -1, 4, 2, 0, -1}, 6, 6)", zado((const int[]){0, -1, 4, 2, 0, -1, 77}, 6, 6), 4);
    CHECK("zado({2, 4, 5, -2}, 4, -1)", zado((const int[]){2, 4, 5, -2, 77}, 4, -1), -1);
    CHECK("zado({2, 1, -1, -2}, 4, 5)", zado((const int[]){2, 1, -1, -2, 77}, 4, 5), 2);
    CHECK("zado({1, 0, 1, 5, 0, -2}, 6, -2)", zado((const int[]){1, 0, 1, 5, 0, -2, 77}, 6, -2), -1);
    CHECK("zado({2, 3, 3}, 3, -1)", zado((const int[]){2, 3, 3, 77}, 3, -1), -1);
    CHECK("zado({1, 2}, 2, 2)", zado((const int[]){1, 2, 77}, 2, 2), 1);
    puts("ok src/zado.c");
    return 0;
}
