/* Tests of src/solo_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int solo_vi(const int *pabu, int helo, int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/solo_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/solo_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("solo_vi({-1, -1}, 2, -3)", solo_vi((const int[]){-1, -1, 77}, 2, -3), 0);
    CHECK("solo_vi({-4, -3, -2}, 3, -1)", solo_vi((const int[]){-4, -3, -2, 77}, 3, -1), 0);
    CHECK("solo_vi({0, -1, 2, -2, -1, 0}, 6, -3)", solo_vi((const int[]){0, -1, 2, -2, -1, 0, 77}, 6, -3), 0);
    CHECK("solo_vi({0}, 1, -4)", solo_vi((const int[]){0, 77}, 1, -4), 0);
    CHECK("solo_vi({4, -2, -1}, 3, 4)", solo_vi((const int[]){4, -2, -1, 77}, 3, 4), 1);
    CHECK("solo_vi({1, 1, 1, 2, 3}, 5, 4)", solo_vi((const int[]){1, 1, 1, 2, 3, 77}, 5, 4), 0);
    CHECK("solo_vi({}, 0, 4)", solo_vi((const int[]){77}, 0, 4), 0);
    CHECK("solo_vi({1, -1, -1}, 3, -1)", solo_vi((const int[]){1, -1, -1, 77}, 3, -1), 1);
    CHECK("solo_vi({-1, 3, 3}, 3, 4)", solo_vi((const int[]){-1, 3, 3, 77}, 3, 4), 0);
    CHECK("solo_vi({2, 0, 2, 2}, 4, 4)", solo_vi((const int[]){2, 0, 2, 2, 77}, 4, 4), 0);
    puts("ok src/solo_vi.c");
    return 0;
}
