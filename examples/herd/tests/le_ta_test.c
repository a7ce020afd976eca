/* Tests of src/le_ta.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_ta(int zimul);
int le_ta_git(const int *foge, int pejah, int o);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_ta.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_ta.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_ta(4)", le_ta(4), 4);
    CHECK("le_ta(14)", le_ta(14), 14);
    CHECK("le_ta(32)", le_ta(32), 32);
    CHECK("le_ta(6)", le_ta(6), 6);
    CHECK("le_ta(7)", le_ta(7), 7);
    CHECK("le_ta(3)", le_ta(3), 4);
    CHECK("le_ta(-2)", le_ta(-2), 4);
    CHECK("le_ta(1)", le_ta(1), 4);
    CHECK("le_ta(-4)", le_ta(-4), 4);
    CHECK("le_ta(31)", le_ta(31), 31);
    CHECK("le_ta_git({-9, -1}, 2, -6)", le_ta_git((const int[]){-9, -1, 77}, 2, -6), 1);
    CHECK("le_ta_git({-4, 2, 4, 6}, 4, 10)", le_ta_git((const int[]){-4, 2, 4, 6, 77}, 4, 10), 4);
    CHECK("le_ta_git({7}, 1, 3)", le_ta_git((const int[]){7, 77}, 1, 3), 0);
    CHECK("le_ta_git({-7, 3, 5, 7}, 4, 12)", le_ta_git((const int[]){-7, 3, 5, 7, 77}, 4, 12), 4);
    CHECK("le_ta_git({}, 0, -8)", le_ta_git((const int[]){77}, 0, -8), 0);
    CHECK("le_ta_git({0, 6, 8}, 3, 12)", le_ta_git((const int[]){0, 6, 8, 77}, 3, 12), 3);
    CHECK("le_ta_git({-8, -1, 1, 3, 6}, 5, 5)", le_ta_git((const int[]){-8, -1, 1, 3, 6, 77}, 5, 5), 4);
    CHECK("le_ta_git({-7, -6, -5, 4, 12}, 5, 4)", le_ta_git((const int[]){-7, -6, -5, 4, 12, 77}, 5, 4), 3);
    CHECK("le_ta_git({8, 9}, 2, 11)", le_ta_git((const int[]){8, 9, 77}, 2, 11), 2);
    CHECK("le_ta_git({}, 0, -3)", le_ta_git((const int[]){77}, 0, -3), 0);
    puts("ok src/le_ta.c");
    return 0;
}
