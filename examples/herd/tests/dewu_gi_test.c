/* Tests of src/dewu_gi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dewu_gi(const int *tuzlobu, int hebow);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dewu_gi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dewu_gi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dewu_gi({}, 0)", dewu_gi((const int[]){77}, 0), 0);
    CHECK("dewu_gi({2, 2}, 2)", dewu_gi((const int[]){2, 2, 77}, 2), 2);
    CHECK("dewu_gi({0, -2, 4, 6, -1, -3}, 6)", dewu_gi((const int[]){0, -2, 4, 6, -1, -3, 77}, 6), 1);
    CHECK("dewu_gi({0, 1}, 2)", dewu_gi((const int[]){0, 1, 77}, 2), 2);
    CHECK("dewu_gi({1, -2, -1, 0, 3}, 5)", dewu_gi((const int[]){1, -2, -1, 0, 3, 77}, 5), 1);
    CHECK("dewu_gi({2, -2, 2}, 3)", dewu_gi((const int[]){2, -2, 2, 77}, 3), 1);
    CHECK("dewu_gi({3, 6, 2}, 3)", dewu_gi((const int[]){3, 6, 2, 77}, 3), 3);
    CHECK("dewu_gi({-2}, 1)", dewu_gi((const int[]){-2, 77}, 1), 0);
    CHECK("dewu_gi({-2, 3}, 2)", dewu_gi((const int[]){-2, 3, 77}, 2), 0);
    CHECK("dewu_gi({2, 1, 2, 3}, 4)", dewu_gi((const int[]){2, 1, 2, 3, 77}, 4), 4);
    puts("ok src/dewu_gi.c");
    return 0;
}
