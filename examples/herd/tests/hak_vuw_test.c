/* Tests of src/hak_vuw.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hak_vuw(const int *hafe, int o, int suvna);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hak_vuw.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hak_vuw.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hak_vuw({1, 1, -3}, 3, -4)", hak_vuw((const int[]){1, 1, -3, 77}, 3, -4), 3);
    CHECK("hak_vuw({}, 0, 3)", hak_vuw((const int[]){77}, 0, 3), 0);
    CHECK("hak_vuw({-3, 4, 0, -3, 2}, 5, -4)", hak_vuw((const int[]){-3, 4, 0, -3, 2, 77}, 5, -4), 5);
    CHECK("hak_vuw({2, 0, -1}, 3, -4)", hak_vuw((const int[]){2, 0, -1, 77}, 3, -4), 3);
    CHECK("hak_vuw({-2}, 1, -4)", hak_vuw((const int[]){-2, 77}, 1, -4), 1);
    CHECK("hak_vuw({-1}, 1, 4)", hak_vuw((const int[]){-1, 77}, 1, 4), 0);
    CHECK("hak_vuw({2, 1, -2}, 3, 4)", hak_vuw((const int[]){2, 1, -2, 77}, 3, 4), 0);
    CHECK("hak_vuw({1}, 1, 4)", hak_vuw((const int[]){1, 77}, 1, 4), 0);
    CHECK("hak_vuw({2, 0, 0, 1}, 4, -3)", hak_vuw((const int[]){2, 0, 0, 1, 77}, 4, -3), 4);
    CHECK("hak_vuw({6, 2}, 2, 0)", hak_vuw((const int[]){6, 2, 77}, 2, 0), 2);
    puts("ok src/hak_vuw.c");
    return 0;
}
