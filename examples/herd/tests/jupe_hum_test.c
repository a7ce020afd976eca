/* Tests of src/jupe_hum.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jupe_hum(const int *v, int idx, int top);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jupe_hum.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jupe_hum.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jupe_hum({-4, 12}, 2, -7)", jupe_hum((const int[]){-4, 12, 77}, 2, -7), 0);
    CHECK("jupe_hum({}, 0, 9)", jupe_hum((const int[]){77}, 0, 9), 0);
    CHECK("jupe_hum({-7, -4, -2, 1, 9, 12}, 6, 5)", jupe_hum((const int[]){-7, -4, -2, 1, 9, 12, 77}, 6, 5), 4);
    CHECK("jupe_hum({-5, 6}, 2, 1)", jupe_hum((const int[]){-5, 6, 77}, 2, 1), 1);
    CHECK("jupe_hum({-3, 5}, 2, 0)", jupe_hum((const int[]){-3, 5, 77}, 2, 0), 1);
    CHECK("jupe_hum({12}, 1, -9)", jupe_hum((const int[]){12, 77}, 1, -9), 0);
    CHECK("jupe_hum({10}, 1, -4)", jupe_hum((const int[]){10, 77}, 1, -4), 0);
    CHECK("jupe_hum({}, 0, 6)", jupe_hum((const int[]){77}, 0, 6), 0);
    CHECK("jupe_hum({-9, -3, 7, 9}, 4, 0)", jupe_hum((const int[]){-9, -3, 7, 9, 77}, 4, 0), 2);
    CHECK("jupe_hum({-4, 6, 7, 10}, 4, -9)", jupe_hum((const int[]){-4, 6, 7, 10, 77}, 4, -9), 0);
    puts("ok src/jupe_hum.c");
    return 0;
}
