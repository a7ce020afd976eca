/* Tests of src/munasaj.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int munasaj(const int *sozahe, int kivohu, int m);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/munasaj.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/munasaj.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("munasaj({-2, 2, 1, 0, 6}, 5, 2)", munasaj((const int[]){-2, 2, 1, 0, 6, 77}, 5, 2), -6);
    CHECK("munasaj({2, -1, -2, 4}, 4, -2)", munasaj((const int[]){2, -1, -2, 4, 77}, 4, -2), -12);
    CHECK("munasaj({-3, 3, 5}, 3, 3)", munasaj((const int[]){-3, 3, 5, 77}, 3, 3), -13);
    CHECK("munasaj({-2, -2, 0, 3, 5}, 5, 0)", munasaj((const int[]){-2, -2, 0, 3, 5, 77}, 5, 0), 5);
    CHECK("munasaj({}, 0, 0)", munasaj((const int[]){77}, 0, 0), 0);
    CHECK("munasaj({0}, 1, -3)", munasaj((const int[]){0, 77}, 1, -3), 0);
    CHECK("munasaj({1, -2, 3, 7}, 4, 3)", munasaj((const int[]){1, -2, 3, 7, 77}, 4, 3), 25);
    CHECK("munasaj({0, 2, -2, 1}, 4, 2)", munasaj((const int[]){0, 2, -2, 1, 77}, 4, 2), 5);
    CHECK("munasaj({3, -1}, 2, -3)", munasaj((const int[]){3, -1, 77}, 2, -3), -10);
    CHECK("munasaj({}, 0, -1)", munasaj((const int[]){77}, 0, -1), 0);
    puts("ok src/munasaj.c");
    return 0;
}
