/* Tests of src/fijga_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fijga_le(const int *de, int wowowuh);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fijga_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fijga_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fijga_le({-3, 2}, 2)", fijga_le((const int[]){-3, 2, 77}, 2), 2);
    CHECK("fijga_le({2, 2, 3}, 3)", fijga_le((const int[]){2, 2, 3, 77}, 3), 7);
    CHECK("fijga_le({-1, -1, -1, 0}, 4)", fijga_le((const int[]){-1, -1, -1, 0, 77}, 4), 0);
    CHECK("fijga_le({5, 5}, 2)", fijga_le((const int[]){5, 5, 77}, 2), 10);
    CHECK("fijga_le({3, 0, 0, 2, -4}, 5)", fijga_le((const int[]){3, 0, 0, 2, -4, 77}, 5), 5);
    CHECK("fijga_le({-1, 4, 0}, 3)", fijga_le((const int[]){-1, 4, 0, 77}, 3), 4);
    CHECK("fijga_le({3, 0, -2, 0, 1}, 5)", fijga_le((const int[]){3, 0, -2, 0, 1, 77}, 5), 3);
    CHECK("fijga_le({5, -1, 1, 5}, 4)", fijga_le((const int[]){5, -1, 1, 5, 77}, 4), 10);
    CHECK("fijga_le({3, -3, -3}, 3)", fijga_le((const int[]){3, -3, -3, 77}, 3), 3);
    CHECK("fijga_le({0}, 1)", fijga_le((const int[]){0, 77}, 1), 0);
    puts("ok src/fijga_le.c");
    return 0;
}
