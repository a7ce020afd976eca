/* Tests of src/bo_diju.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bo_diju(const int *r, int vi, int girolu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bo_diju.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bo_diju.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bo_diju({}, 0, -4)", bo_diju((const int[]){77}, 0, -4), 0);
    CHECK("bo_diju({0, 0}, 2, -3)", bo_diju((const int[]){0, 0, 77}, 2, -3), 2);
    CHECK("bo_diju({-2, 3, 3}, 3, 4)", bo_diju((const int[]){-2, 3, 3, 77}, 3, 4), 0);
    CHECK("bo_diju({-2, 7, -2}, 3, 1)", bo_diju((const int[]){-2, 7, -2, 77}, 3, 1), 1);
    CHECK("bo_diju({0, -4, 0}, 3, 0)", bo_diju((const int[]){0, -4, 0, 77}, 3, 0), 2);
    CHECK("bo_diju({1, 5, -1}, 3, -3)", bo_diju((const int[]){1, 5, -1, 77}, 3, -3), 3);
    CHECK("bo_diju({-2, -1, 3}, 3, 4)", bo_diju((const int[]){-2, -1, 3, 77}, 3, 4), 0);
    CHECK("bo_diju({-3, 0, 3, 5}, 4, -3)", bo_diju((const int[]){-3, 0, 3, 5, 77}, 4, -3), 4);
    CHECK("bo_diju({5, 0, -4, 3, -1, 3}, 6, -1)", bo_diju((const int[]){5, 0, -4, 3, -1, 3, 77}, 6, -1), 5);
    CHECK("bo_diju({0, 0, 2}, 3, -1)", bo_diju((const int[]){0, 0, 2, 77}, 3, -1), 3);
    puts("ok src/bo_diju.c");
    return 0;
}
