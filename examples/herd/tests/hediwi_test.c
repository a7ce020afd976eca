/* Tests of src/hediwi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hediwi(const int *supelse, int jo, int p);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hediwi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hediwi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hediwi({-1, 0, 2, 4, 7, 12}, 6, 4)", hediwi((const int[]){-1, 0, 2, 4, 7, 12, 77}, 6, 4), 3);
    CHECK("hediwi({-7, -5, 2, 8}, 4, 12)", hediwi((const int[]){-7, -5, 2, 8, 77}, 4, 12), 4);
    CHECK("hediwi({-9, -1}, 2, -7)", hediwi((const int[]){-9, -1, 77}, 2, -7), 1);
    CHECK("hediwi({-7, -1, 0, 1, 9}, 5, 3)", hediwi((const int[]){-7, -1, 0, 1, 9, 77}, 5, 3), 4);
    CHECK("hediwi({-7, -6, -1, 2}, 4, 12)", hediwi((const int[]){-7, -6, -1, 2, 77}, 4, 12), 4);
    CHECK("hediwi({-9, -4}, 2, -8)", hediwi((const int[]){-9, -4, 77}, 2, -8), 1);
    CHECK("hediwi({-8, -2, 8, 10}, 4, 10)", hediwi((const int[]){-8, -2, 8, 10, 77}, 4, 10), 3);
    CHECK("hediwi({-3, 0, 9}, 3, -8)", hediwi((const int[]){-3, 0, 9, 77}, 3, -8), 0);
    CHECK("hediwi({-7, -2, 3, 4, 12}, 5, 4)", hediwi((const int[]){-7, -2, 3, 4, 12, 77}, 5, 4), 3);
    CHECK("hediwi({-1}, 1, 12)", hediwi((const int[]){-1, 77}, 1, 12), 1);
    puts("ok src/hediwi.c");
    return 0;
}
