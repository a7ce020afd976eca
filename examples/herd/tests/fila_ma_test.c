/* Tests of src/fila_ma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fila_ma(const int *goka, int difudu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fila_ma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fila_ma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fila_ma({0, 2, 3, 0}, 4)", fila_ma((const int[]){0, 2, 3, 0, 77}, 4), 13);
    CHECK("fila_ma({4}, 1)", fila_ma((const int[]){4, 77}, 1), 16);
    CHECK("fila_ma({4, 1}, 2)", fila_ma((const int[]){4, 1, 77}, 2), 17);
    CHECK("fila_ma({}, 0)", fila_ma((const int[]){77}, 0), 0);
    CHECK("fila_ma({-4, 3, 3, 3}, 4)", fila_ma((const int[]){-4, 3, 3, 3, 77}, 4), 43);
    CHECK("fila_ma({2, 1, 2}, 3)", fila_ma((const int[]){2, 1, 2, 77}, 3), 9);
    CHECK("fila_ma({0, -2, 5, 7, 4, -2}, 6)", fila_ma((const int[]){0, -2, 5, 7, 4, -2, 77}, 6), 98);
    CHECK("fila_ma({-3, -1}, 2)", fila_ma((const int[]){-3, -1, 77}, 2), 10);
    CHECK("fila_ma({1}, 1)", fila_ma((const int[]){1, 77}, 1), 1);
    CHECK("fila_ma({-3, 2, -2}, 3)", fila_ma((const int[]){-3, 2, -2, 77}, 3), 17);
    puts("ok src/fila_ma.c");
    return 0;
}
