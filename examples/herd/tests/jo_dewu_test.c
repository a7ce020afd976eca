/* Tests of src/jo_dewu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jo_dewu(const int *cemivi, int sid);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jo_dewu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jo_dewu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jo_dewu({-1, 2, -1}, 3)", jo_dewu((const int[]){-1, 2, -1, 77}, 3), 0);
    CHECK("jo_dewu({2, 3, 1, 4, 2}, 5)", jo_dewu((const int[]){2, 3, 1, 4, 2, 77}, 5), 37);
    CHECK("jo_dewu({1, 3, 3, 3}, 4)", jo_dewu((const int[]){1, 3, 3, 3, 77}, 4), 28);
    CHECK("jo_dewu({0, 1, 3, 3, 3, 6}, 6)", jo_dewu((const int[]){0, 1, 3, 3, 3, 6, 77}, 6), 74);
    CHECK("jo_dewu({1, 5, 2}, 3)", jo_dewu((const int[]){1, 5, 2, 77}, 3), 17);
    CHECK("jo_dewu({0}, 1)", jo_dewu((const int[]){0, 77}, 1), 0);
    CHECK("jo_dewu({-3, -2, 2, 5}, 4)", jo_dewu((const int[]){-3, -2, 2, 5, 77}, 4), 19);
    CHECK("jo_dewu({-4, 6, 3, -2}, 4)", jo_dewu((const int[]){-4, 6, 3, -2, 77}, 4), 9);
    CHECK("jo_dewu({0, 4, 5, 5}, 4)", jo_dewu((const int[]){0, 4, 5, 5, 77}, 4), 43);
    CHECK("jo_dewu({-2, 7}, 2)", jo_dewu((const int[]){-2, 7, 77}, 2), 12);
    puts("ok src/jo_dewu.c");
    return 0;
}
