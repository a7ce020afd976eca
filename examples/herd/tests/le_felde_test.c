/* Tests of src/le_felde.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_felde(const int *v, int len);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_felde.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_felde.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_felde({}, 0)", le_felde((const int[]){77}, 0), 0);
    CHECK("le_felde({1, 1, 0}, 3)", le_felde((const int[]){1, 1, 0, 77}, 3), 0);
    CHECK("le_felde({-2, 0, 1, 7}, 4)", le_felde((const int[]){-2, 0, 1, 7, 77}, 4), 1);
    CHECK("le_felde({3}, 1)", le_felde((const int[]){3, 77}, 1), 1);
    CHECK("le_felde({-1, 0, 3, 2, -3, 2}, 6)", le_felde((const int[]){-1, 0, 3, 2, -3, 2, 77}, 6), 3);
    CHECK("le_felde({-1, 0}, 2)", le_felde((const int[]){-1, 0, 77}, 2), 0);
    CHECK("le_felde({-4, 2, 2, 4, 6}, 5)", le_felde((const int[]){-4, 2, 2, 4, 6, 77}, 5), 4);
    CHECK("le_felde({1, -1, -2}, 3)", le_felde((const int[]){1, -1, -2, 77}, 3), 0);
    CHECK("le_felde({-2, 3, 1}, 3)", le_felde((const int[]){-2, 3, 1, 77}, 3), 1);
    CHECK("le_felde({3, -1, 2, 1, 6}, 5)", le_felde((const int[]){3, -1, 2, 1, 6, 77}, 5), 3);
    puts("ok src/le_felde.c");
    return 0;
}
