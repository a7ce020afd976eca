/* Tests of src/gihe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gihe(const int *jorepa, int le, int jo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gihe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gihe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gihe({1, 9, 12}, 3, 10)", gihe((const int[]){1, 9, 12, 77}, 3, 10), -1);
    CHECK("gihe({-9, -2, 8, 11}, 4, -8)", gihe((const int[]){-9, -2, 8, 11, 77}, 4, -8), -1);
    CHECK("gihe({3}, 1, -2)", gihe((const int[]){3, 77}, 1, -2), -1);
    CHECK("gihe({}, 0, 12)", gihe((const int[]){77}, 0, 12), -1);
    CHECK("gihe({4, 5, 9}, 3, -4)", gihe((const int[]){4, 5, 9, 77}, 3, -4), -1);
    CHECK("gihe({}, 0, -9)", gihe((const int[]){77}, 0, -9), -1);
    CHECK("gihe({-5, 6}, 2, -8)", gihe((const int[]){-5, 6, 77}, 2, -8), -1);
    CHECK("gihe({-1, 5}, 2, 12)", gihe((const int[]){-1, 5, 77}, 2, 12), -1);
    CHECK("gihe({-5, 0, 11, 12}, 4, 1)", gihe((const int[]){-5, 0, 11, 12, 77}, 4, 1), -1);
    CHECK("gihe({-1}, 1, -8)", gihe((const int[]){-1, 77}, 1, -8), -1);
    puts("ok src/gihe.c");
    return 0;
}
