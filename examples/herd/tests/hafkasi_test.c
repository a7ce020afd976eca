/* Tests of src/hafkasi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hafkasi(const int *hera, int waku);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hafkasi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hafkasi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hafkasi({-1}, 1)", hafkasi((const int[]){-1, 77}, 1), 0);
    CHECK("hafkasi({-3, -3, -1, 0, 1}, 5)", hafkasi((const int[]){-3, -3, -1, 0, 1, 77}, 5), 1);
    CHECK("hafkasi({-2, 1, 2, 2}, 4)", hafkasi((const int[]){-2, 1, 2, 2, 77}, 4), 3);
    CHECK("hafkasi({0, 1, 6, 2}, 4)", hafkasi((const int[]){0, 1, 6, 2, 77}, 4), 3);
    CHECK("hafkasi({-2, -2, -2, -1, 0, 6}, 6)", hafkasi((const int[]){-2, -2, -2, -1, 0, 6, 77}, 6), 1);
    CHECK("hafkasi({-1, 3, -1}, 3)", hafkasi((const int[]){-1, 3, -1, 77}, 3), 1);
    CHECK("hafkasi({2, -1}, 2)", hafkasi((const int[]){2, -1, 77}, 2), 1);
    CHECK("hafkasi({2, 2, -2}, 3)", hafkasi((const int[]){2, 2, -2, 77}, 3), 2);
    CHECK("hafkasi({}, 0)", hafkasi((const int[]){77}, 0), 0);
    CHECK("hafkasi({-2, -2}, 2)", hafkasi((const int[]){-2, -2, 77}, 2), 0);
    puts("ok src/hafkasi.c");
    return 0;
}
