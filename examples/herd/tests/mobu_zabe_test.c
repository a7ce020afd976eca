/* Tests of src/mobu_zabe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mobu_zabe(const int *q, int rozdu, int v);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mobu_zabe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mobu_zabe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mobu_zabe({}, 0, -9)", mobu_zabe((const int[]){77}, 0, -9), -1);
    CHECK("mobu_zabe({9}, 1, -5)", mobu_zabe((const int[]){9, 77}, 1, -5), -1);
    CHECK("mobu_zabe({-5, -4, 4, 10}, 4, 5)", mobu_zabe((const int[]){-5, -4, 4, 10, 77}, 4, 5), -1);
    CHECK("mobu_zabe({-4}, 1, -8)", mobu_zabe((const int[]){-4, 77}, 1, -8), -1);
    CHECK("mobu_zabe({-3, -1, 2, 5}, 4, -9)", mobu_zabe((const int[]){-3, -1, 2, 5, 77}, 4, -9), -1);
    CHECK("mobu_zabe({-7, -5, 2, 8, 9}, 5, -9)", mobu_zabe((const int[]){-7, -5, 2, 8, 9, 77}, 5, -9), -1);
    CHECK("mobu_zabe({}, 0, -8)", mobu_zabe((const int[]){77}, 0, -8), -1);
    CHECK("mobu_zabe({2, 4}, 2, -9)", mobu_zabe((const int[]){2, 4, 77}, 2, -9), -1);
    CHECK("mobu_zabe({7, 10}, 2, 10)", mobu_zabe((const int[]){7, 10, 77}, 2, 10), 1);
    CHECK("mobu_zabe({-6, 8, 12}, 3, -8)", mobu_zabe((const int[]){-6, 8, 12, 77}, 3, -8), -1);
    puts("ok src/mobu_zabe.c");
    return 0;
}
