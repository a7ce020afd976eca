/* Tests of src/so_nalo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_nalo(const int *hu, int muguwag, int cafa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_nalo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_nalo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_nalo({-1, -1}, 2, -3)", so_nalo((const int[]){-1, -1, 77}, 2, -3), 0);
    CHECK("so_nalo({-4, -3, -2}, 3, -1)", so_nalo((const int[]){-4, -3, -2, 77}, 3, -1), 0);
    CHECK("so_nalo({0, -1, 2, -2, -1, 0}, 6, -3)", so_nalo((const int[]){0, -1, 2, -2, -1, 0, 77}, 6, -3), 0);
    CHECK("so_nalo({0}, 1, -4)", so_nalo((const int[]){0, 77}, 1, -4), 0);
    CHECK("so_nalo({4, -2, -1}, 3, 4)", so_nalo((const int[]){4, -2, -1, 77}, 3, 4), 1);
    CHECK("so_nalo({1, 1, 1, 2, 3}, 5, 4)", so_nalo((const int[]){1, 1, 1, 2, 3, 77}, 5, 4), 0);
    CHECK("so_nalo({}, 0, 4)", so_nalo((const int[]){77}, 0, 4), 0);
    CHECK("so_nalo({1, -1, -1}, 3, -1)", so_nalo((const int[]){1, -1, -1, 77}, 3, -1), 1);
    CHECK("so_nalo({-1, 3, 3}, 3, 4)", so_nalo((const int[]){-1, 3, 3, 77}, 3, 4), 0);
    CHECK("so_nalo({2, 0, 2, 2}, 4, 4)", so_nalo((const int[]){2, 0, 2, 2, 77}, 4, 4), 0);
    puts("ok src/so_nalo.c");
    return 0;
}
