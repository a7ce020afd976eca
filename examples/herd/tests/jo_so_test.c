/* Tests of src/jo_so.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jo_so(const int *cur, int n);
int jo_so_lokjo(int woco, int bevesa, int hut);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jo_so.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jo_so.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jo_so({1}, 1)", jo_so((const int[]){1, 77}, 1), 1);
    CHECK("jo_so({2, -1, 7, 1, 2}, 5)", jo_so((const int[]){2, -1, 7, 1, 2, 77}, 5), 11);
    CHECK("jo_so({-2, -1, 2, 4}, 4)", jo_so((const int[]){-2, -1, 2, 4, 77}, 4), 3);
    CHECK("jo_so({1, 0, -3, -2, 3}, 5)", jo_so((const int[]){1, 0, -3, -2, 3, 77}, 5), -1);
    CHECK("jo_so({3, 3}, 2)", jo_so((const int[]){3, 3, 77}, 2), 6);
    CHECK("jo_so({-2, -2, 0, 3, 7}, 5)", jo_so((const int[]){-2, -2, 0, 3, 7, 77}, 5), 6);
    CHECK("jo_so({6, 6}, 2)", jo_so((const int[]){6, 6, 77}, 2), 12);
    CHECK("jo_so({-1, 0, 5, -2, 7, -1}, 6)", jo_so((const int[]){-1, 0, 5, -2, 7, -1, 77}, 6), 8);
    CHECK("jo_so({-4, -2, -2, -1, 1}, 5)", jo_so((const int[]){-4, -2, -2, -1, 1, 77}, 5), -8);
    CHECK("jo_so({7}, 1)", jo_so((const int[]){7, 77}, 1), 7);
    CHECK("jo_so_lokjo(-2, -3, 5)", jo_so_lokjo(-2, -3, 5), 1);
    CHECK("jo_so_lokjo(-9, 2, 2)", jo_so_lokjo(-9, 2, 2), 0);
    CHECK("jo_so_lokjo(8, 3, 3)", jo_so_lokjo(8, 3, 3), 0);
    CHECK("jo_so_lokjo(11, -1, 8)", jo_so_lokjo(11, -1, 8), 0);
    CHECK("jo_so_lokjo(4, 1, 9)", jo_so_lokjo(4, 1, 9), 1);
    CHECK("jo_so_lokjo(4, -1, 1)", jo_so_lokjo(4, -1, 1), 0);
    CHECK("jo_so_lokjo(-12, -6, 1)", jo_so_lokjo(-12, -6, 1), 0);
    CHECK("jo_so_lokjo(3, 3, 6)", jo_so_lokjo(3, 3, 6), 1);
    CHECK("jo_so_lokjo(5, -8, 4)", jo_so_lokjo(5, -8, 4), 0);
    CHECK("jo_so_lokjo(-4, -5, 2)", jo_so_lokjo(-4, -5, 2), 1);
    puts("ok src/jo_so.c");
    return 0;
}
