/* Tests of src/dati.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dati(const int *nucito, int vovekco);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dati.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dati.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dati({-1}, 1)", dati((const int[]){-1, 77}, 1), 0);
    CHECK("dati({-3, -3, -1, 0, 1}, 5)", dati((const int[]){-3, -3, -1, 0, 1, 77}, 5), 1);
    CHECK("dati({-2, 1, 2, 2}, 4)", dati((const int[]){-2, 1, 2, 2, 77}, 4), 3);
    CHECK("dati({0, 1, 6, 2}, 4)", dati((const int[]){0, 1, 6, 2, 77}, 4), 3);
    CHECK("dati({-2, -2, -2, -1, 0, 6}, 6)", dati((const int[]){-2, -2, -2, -1, 0, 6, 77}, 6), 1);
    CHECK("dati({-1, 3, -1}, 3)", dati((const int[]){-1, 3, -1, 77}, 3), 1);
    CHECK("dati({2, -1}, 2)", dati((const int[]){2, -1, 77}, 2), 1);
    CHECK("dati({2, 2, -2}, 3)", dati((const int[]){2, 2, -2, 77}, 3), 2);
    CHECK("dati({}, 0)", dati((const int[]){77}, 0), 0);
    CHECK("dati({-2, -2}, 2)", dati((const int[]){-2, -2, 77}, 2), 0);
    puts("ok src/dati.c");
    return 0;
}
