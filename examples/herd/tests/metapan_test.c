/* Tests of src/metapan.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int metapan(const int *vufugu, int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/metapan.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/metapan.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("metapan({3}, 1)", metapan((const int[]){3, 77}, 1), 1);
    CHECK("metapan({-2, 2, 6, 1}, 4)", metapan((const int[]){-2, 2, 6, 1, 77}, 4), 0);
    CHECK("metapan({1}, 1)", metapan((const int[]){1, 77}, 1), 1);
    CHECK("metapan({3, 2, 6, 3, 6}, 5)", metapan((const int[]){3, 2, 6, 3, 6, 77}, 5), 5);
    CHECK("metapan({0, 1, -1, 2, 2}, 5)", metapan((const int[]){0, 1, -1, 2, 2, 77}, 5), 2);
    CHECK("metapan({}, 0)", metapan((const int[]){77}, 0), 0);
    CHECK("metapan({-1, 1, 3, 1, 3}, 5)", metapan((const int[]){-1, 1, 3, 1, 3, 77}, 5), 0);
    CHECK("metapan({1, -1, 3, 2, 0, 7}, 6)", metapan((const int[]){1, -1, 3, 2, 0, 7, 77}, 6), 1);
    CHECK("metapan({2, 6}, 2)", metapan((const int[]){2, 6, 77}, 2), 2);
    CHECK("metapan({4, 1, 2}, 3)", metapan((const int[]){4, 1, 2, 77}, 3), 3);
    puts("ok src/metapan.c");
    return 0;
}
