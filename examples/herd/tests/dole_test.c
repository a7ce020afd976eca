/* Tests of src/dole.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dole(int a);
int dole_hu(const int *mark, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dole.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dole.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dole(13)", dole(13), 13);
    CHECK("dole(14)", dole(14), 13);
    CHECK("dole(60)", dole(60), 52);
    CHECK("dole(3)", dole(3), 0);
    CHECK("dole(12)", dole(12), 0);
    CHECK("dole(45)", dole(45), 39);
    CHECK("dole(55)", dole(55), 52);
    CHECK("dole(31)", dole(31), 26);
    CHECK("dole(46)", dole(46), 39);
    CHECK("dole(21)", dole(21), 13);
    CHECK("dole_hu({1}, 1)", dole_hu((const int[]){1, 77}, 1), 1);
    CHECK("dole_hu({2, -1, 7, 1, 2}, 5)", dole_hu((const int[]){2, -1, 7, 1, 2, 77}, 5), 11);
    CHECK("dole_hu({-2, -1, 2, 4}, 4)", dole_hu((const int[]){-2, -1, 2, 4, 77}, 4), 3);
    CHECK("dole_hu({1, 0, -3, -2, 3}, 5)", dole_hu((const int[]){1, 0, -3, -2, 3, 77}, 5), -1);
    CHECK("dole_hu({3, 3}, 2)", dole_hu((const int[]){3, 3, 77}, 2), 6);
    CHECK("dole_hu({-2, -2, 0, 3, 7}, 5)", dole_hu((const int[]){-2, -2, 0, 3, 7, 77}, 5), 6);
    CHECK("dole_hu({6, 6}, 2)", dole_hu((const int[]){6, 6, 77}, 2), 12);
    CHECK("dole_hu({-1, 0, 5, -2, 7, -1}, 6)", dole_hu((const int[]){-1, 0, 5, -2, 7, -1, 77}, 6), 8);
    CHECK("dole_hu({-4, -2, -2, -1, 1}, 5)", dole_hu((const int[]){-4, -2, -2, -1, 1, 77}, 5), -8);
    CHECK("dole_hu({7}, 1)", dole_hu((const int[]){7, 77}, 1), 7);
    puts("ok src/dole.c");
    return 0;
}
