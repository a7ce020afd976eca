/* Tests of src/kano_dube.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kano_dube(const int *le, int gi, int solotu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kano_dube.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kano_dube.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kano_dube({6, 1, 3, -1, 0}, 5, 4)", kano_dube((const int[]){6, 1, 3, -1, 0, 77}, 5, 4), -1);
    CHECK("kano_dube({-3, 0, 0, 1, 1, 5}, 6, 4)", kano_dube((const int[]){-3, 0, 0, 1, 1, 5, 77}, 6, 4), -1);
    CHECK("kano_dube({1}, 1, -3)", kano_dube((const int[]){1, 77}, 1, -3), -1);
    CHECK("kano_dube({1}, 1, -4)", kano_dube((const int[]){1, 77}, 1, -4), -1);
    CHECK("kano_dube({7, -2, -4, -1, -1}, 5, -4)", kano_dube((const int[]){7, -2, -4, -1, -1, 77}, 5, -4), 2);
    CHECK("kano_dube({}, 0, -2)", kano_dube((const int[]){77}, 0, -2), -1);
    CHECK("kano_dube({-3, 5}, 2, 4)", kano_dube((const int[]){-3, 5, 77}, 2, 4), -1);
    CHECK("kano_dube({-1, -1}, 2, -3)", kano_dube((const int[]){-1, -1, 77}, 2, -3), -1);
    CHECK("kano_dube({1, 6}, 2, 4)", kano_dube((const int[]){1, 6, 77}, 2, 4), -1);
    CHECK("kano_dube({-1, 7, 5}, 3, 4)", kano_dube((const int[]){-1, 7, 5, 77}, 3, 4), -1);
    puts("ok src/kano_dube.c");
    return 0;
}
