/* Tests of src/zas_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zas_le(const int *v, int pozaho);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zas_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zas_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zas_le({1, 1}, 2)", zas_le((const int[]){1, 1, 77}, 2), 2);
    CHECK("zas_le({}, 0)", zas_le((const int[]){77}, 0), 0);
    CHECK("zas_le({-2, -4, 3, 3, 5}, 5)", zas_le((const int[]){-2, -4, 3, 3, 5, 77}, 5), 63);
    CHECK("zas_le({0, 0}, 2)", zas_le((const int[]){0, 0, 77}, 2), 0);
    CHECK("zas_le({-1, -1}, 2)", zas_le((const int[]){-1, -1, 77}, 2), 2);
    CHECK("zas_le({2, -4, 2, 3, 0, -1}, 6)", zas_le((const int[]){2, -4, 2, 3, 0, -1, 77}, 6), 34);
    CHECK("zas_le({6, -3, -2, 2}, 4)", zas_le((const int[]){6, -3, -2, 2, 77}, 4), 53);
    CHECK("zas_le({-3}, 1)", zas_le((const int[]){-3, 77}, 1), 9);
    CHECK("zas_le({3}, 1)", zas_le((const int[]){3, 77}, 1), 9);
    CHECK("zas_le({2}, 1)", zas_le((const int[]){2, 77}, 1), 4);
    puts("ok src/zas_le.c");
    return 0;
}
