/* Tests of src/muzeffe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int muzeffe(const int *bimcuzi, int gi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/muzeffe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/muzeffe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("muzeffe({}, 0)", muzeffe((const int[]){77}, 0), 0);
    CHECK("muzeffe({-3, 3, -1}, 3)", muzeffe((const int[]){-3, 3, -1, 77}, 3), 1);
    CHECK("muzeffe({-4, -3, -2, 0, 1, 7}, 6)", muzeffe((const int[]){-4, -3, -2, 0, 1, 7, 77}, 6), 5);
    CHECK("muzeffe({3, -1, 0, 3, 0}, 5)", muzeffe((const int[]){3, -1, 0, 3, 0, 77}, 5), 2);
    CHECK("muzeffe({0, 0}, 2)", muzeffe((const int[]){0, 0, 77}, 2), 0);
    CHECK("muzeffe({-2}, 1)", muzeffe((const int[]){-2, 77}, 1), 0);
    CHECK("muzeffe({-2, -2, 4, -1, -4}, 5)", muzeffe((const int[]){-2, -2, 4, -1, -4, 77}, 5), 1);
    CHECK("muzeffe({-2, 6}, 2)", muzeffe((const int[]){-2, 6, 77}, 2), 1);
    CHECK("muzeffe({3, 7}, 2)", muzeffe((const int[]){3, 7, 77}, 2), 1);
    CHECK("muzeffe({-1, -2, 2, 2, 2}, 5)", muzeffe((const int[]){-1, -2, 2, 2, 2, 77}, 5), 1);
    puts("ok src/muzeffe.c");
    return 0;
}
