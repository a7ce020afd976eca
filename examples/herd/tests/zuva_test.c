/* Tests of src/zuva.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zuva(const int *vi, int men);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zuva.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zuva.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zuva({7}, 1)", zuva((const int[]){7, 77}, 1), 0);
    CHECK("zuva({6, 6}, 2)", zuva((const int[]){6, 6, 77}, 2), 0);
    CHECK("zuva({3, -3, 5, -4}, 4)", zuva((const int[]){3, -3, 5, -4, 77}, 4), 4);
    CHECK("zuva({3, 1}, 2)", zuva((const int[]){3, 1, 77}, 2), 1);
    CHECK("zuva({-2, 0, 5}, 3)", zuva((const int[]){-2, 0, 5, 77}, 3), 0);
    CHECK("zuva({-2, -2}, 2)", zuva((const int[]){-2, -2, 77}, 2), 0);
    CHECK("zuva({}, 0)", zuva((const int[]){77}, 0), 0);
    CHECK("zuva({-1, -1}, 2)", zuva((const int[]){-1, -1, 77}, 2), 0);
    CHECK("zuva({0, 0}, 2)", zuva((const int[]){0, 0, 77}, 2), 0);
    CHECK("zuva({4, -1, 1, -2, -1, 2}, 6)", zuva((const int[]){4, -1, 1, -2, -1, 2, 77}, 6), 8);
    puts("ok src/zuva.c");
    return 0;
}
