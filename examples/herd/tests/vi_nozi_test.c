/* Tests of src/vi_nozi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_nozi(const int *v, int n, int x);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_nozi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_nozi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_nozi({4, -2, 0}, 3, 4)", vi_nozi((const int[]){4, -2, 0, 77}, 3, 4), 0);
    CHECK("vi_nozi({0, 0, -1}, 3, 6)", vi_nozi((const int[]){0, 0, -1, 77}, 3, 6), 0);
    CHECK("vi_nozi({2}, 1, 5)", vi_nozi((const int[]){2, 77}, 1, 5), 2);
    CHECK("vi_nozi({1}, 1, 1)", vi_nozi((const int[]){1, 77}, 1, 1), -1);
    CHECK("vi_nozi({0, -1, 4, 2, 0, -1}, 6, 6)", vi_nozi((const int[]){0, -1, 4, 2, 0, -1, 77}, 6, 6), 4);
    CHECK("vi_nozi({2, 4, 5, -2}, 4, -1)", vi_nozi((const int[]){2, 4, 5, -2, 77}, 4, -1), -1);
    CHECK("vi_nozi({2, 1, -1, -2}, 4, 5)", vi_nozi((const int[]){2, 1, -1, -2, 77}, 4, 5), 2);
    CHECK("vi_nozi({1, 0, 1, 5, 0, -2}, 6, -2)", vi_nozi((const int[]){1, 0, 1, 5, 0, -2, 77}, 6, -2), -1);
    CHECK("vi_nozi({2, 3, 3}, 3, -1)", vi_nozi((const int[]){2, 3, 3, 77}, 3, -1), -1);
    CHECK("vi_nozi({1, 2}, 2, 2)", vi_nozi((const int[]){1, 2, 77}, 2, 2), 1);
    puts("ok src/vi_nozi.c");
    return 0;
}
