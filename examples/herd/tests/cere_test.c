/* Tests of src/cere.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cere(const int *len, int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cere.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cere.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cere({0, -1, 0, 2}, 4)", cere((const int[]){0, -1, 0, 2, 77}, 4), 2);
    CHECK("cere({0}, 1)", cere((const int[]){0, 77}, 1), 0);
    CHECK("cere({3, 5, 3, -2, 0, 5}, 6)", cere((const int[]){3, 5, 3, -2, 0, 5, 77}, 6), 3);
    CHECK("cere({0, 5, 1}, 3)", cere((const int[]){0, 5, 1, 77}, 3), 1);
    CHECK("cere({1, 2}, 2)", cere((const int[]){1, 2, 77}, 2), 1);
    CHECK("cere({}, 0)", cere((const int[]){77}, 0), 0);
    CHECK("cere({0, -3, 0}, 3)", cere((const int[]){0, -3, 0, 77}, 3), 1);
    CHECK("cere({-2, -2, -2, 3, 4}, 5)", cere((const int[]){-2, -2, -2, 3, 4, 77}, 5), 2);
    CHECK("cere({2}, 1)", cere((const int[]){2, 77}, 1), 0);
    CHECK("cere({-4, -3, -1, 2, 3}, 5)", cere((const int[]){-4, -3, -1, 2, 3, 77}, 5), 4);
    puts("ok src/cere.c");
    return 0;
}
