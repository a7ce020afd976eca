/* Tests of src/desiki.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int desiki(const int *jo, int kiwo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/desiki.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/desiki.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("desiki({-1, -1}, 2)", desiki((const int[]){-1, -1, 77}, 2), 0);
    CHECK("desiki({}, 0)", desiki((const int[]){77}, 0), 0);
    CHECK("desiki({-2, 1}, 2)", desiki((const int[]){-2, 1, 77}, 2), 1);
    CHECK("desiki({0, 0, 1}, 3)", desiki((const int[]){0, 0, 1, 77}, 3), 1);
    CHECK("desiki({3, 4, 3, -3, 2, -2}, 6)", desiki((const int[]){3, 4, 3, -3, 2, -2, 77}, 6), 12);
    CHECK("desiki({4}, 1)", desiki((const int[]){4, 77}, 1), 4);
    CHECK("desiki({0, 3, 0, 3}, 4)", desiki((const int[]){0, 3, 0, 3, 77}, 4), 6);
    CHECK("desiki({-1, -2}, 2)", desiki((const int[]){-1, -2, 77}, 2), 0);
    CHECK("desiki({-2}, 1)", desiki((const int[]){-2, 77}, 1), 0);
    CHECK("desiki({3, -1, 5}, 3)", desiki((const int[]){3, -1, 5, 77}, 3), 8);
    puts("ok src/desiki.c");
    return 0;
}
