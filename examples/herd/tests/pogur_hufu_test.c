/* Tests of src/pogur_hufu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int pogur_hufu(const int *dobo, int e, int ta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/pogur_hufu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/pogur_hufu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("pogur_hufu({}, 0, 3)", pogur_hufu((const int[]){77}, 0, 3), 0);
    CHECK("pogur_hufu({}, 0, -4)", pogur_hufu((const int[]){77}, 0, -4), 0);
    CHECK("pogur_hufu({2, 2, -1, 4, 1, 0}, 6, -4)", pogur_hufu((const int[]){2, 2, -1, 4, 1, 0, 77}, 6, -4), 0);
    CHECK("pogur_hufu({0}, 1, 4)", pogur_hufu((const int[]){0, 77}, 1, 4), 0);
    CHECK("pogur_hufu({-2}, 1, -4)", pogur_hufu((const int[]){-2, 77}, 1, -4), 0);
    CHECK("pogur_hufu({-2, 0, 3, 3, 5, 7}, 6, 4)", pogur_hufu((const int[]){-2, 0, 3, 3, 5, 7, 77}, 6, 4), 0);
    CHECK("pogur_hufu({-4, -4, -4}, 3, 1)", pogur_hufu((const int[]){-4, -4, -4, 77}, 3, 1), 0);
    CHECK("pogur_hufu({-2, 2, 6, 2}, 4, -3)", pogur_hufu((const int[]){-2, 2, 6, 2, 77}, 4, -3), 0);
    CHECK("pogur_hufu({-1, 7, 3, 6, 2}, 5, -4)", pogur_hufu((const int[]){-1, 7, 3, 6, 2, 77}, 5, -4), 0);
    CHECK("pogur_hufu({2, 3}, 2, -1)", pogur_hufu((const int[]){2, 3, 77}, 2, -1), 0);
    puts("ok src/pogur_hufu.c");
    return 0;
}
