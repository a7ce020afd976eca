/* Tests of src/gi_tange.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gi_tange(const int *v, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gi_tange.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gi_tange.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gi_tange({0, 2, -1}, 3)", gi_tange((const int[]){0, 2, -1, 77}, 3), 2);
    CHECK("gi_tange({2, 1, 0, -2, 3}, 5)", gi_tange((const int[]){2, 1, 0, -2, 3, 77}, 5), 3);
    CHECK("gi_tange({5, 1, 0, 1, -3, 0}, 6)", gi_tange((const int[]){5, 1, 0, 1, -3, 0, 77}, 6), 5);
    CHECK("gi_tange({-1, -3, 3, 0, -2}, 5)", gi_tange((const int[]){-1, -3, 3, 0, -2, 77}, 5), 3);
    CHECK("gi_tange({-4}, 1)", gi_tange((const int[]){-4, 77}, 1), -4);
    CHECK("gi_tange({2, 2}, 2)", gi_tange((const int[]){2, 2, 77}, 2), 2);
    CHECK("gi_tange({1}, 1)", gi_tange((const int[]){1, 77}, 1), 1);
    CHECK("gi_tange({6, 1, -1, 4, 2}, 5)", gi_tange((const int[]){6, 1, -1, 4, 2, 77}, 5), 6);
    CHECK("gi_tange({-4, 3, -4}, 3)", gi_tange((const int[]){-4, 3, -4, 77}, 3), 3);
    CHECK("gi_tange({5, 1, 2, 1}, 4)", gi_tange((const int[]){5, 1, 2, 1, 77}, 4), 5);
    puts("ok src/gi_tange.c");
    return 0;
}
