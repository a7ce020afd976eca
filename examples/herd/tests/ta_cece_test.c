/* Tests of src/ta_cece.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_cece(const int *v, int n, int x);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_cece.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_cece.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_cece({-1, 1, -3, 4, 5}, 5, 0)", ta_cece((const int[]){-1, 1, -3, 4, 5, 77}, 5, 0), 5);
    CHECK("ta_cece({3, 1, 3}, 3, -3)", ta_cece((const int[]){3, 1, 3, 77}, 3, -3), 27);
    CHECK("ta_cece({2, 2}, 2, 3)", ta_cece((const int[]){2, 2, 77}, 2, 3), 8);
    CHECK("ta_cece({-2, -3, -2, 3, 1, -2}, 6, 1)", ta_cece((const int[]){-2, -3, -2, 3, 1, -2, 77}, 6, 1), -5);
    CHECK("ta_cece({7, -3, 7, -3}, 4, -3)", ta_cece((const int[]){7, -3, 7, -3, 77}, 4, -3), -240);
    CHECK("ta_cece({-2, -2, 3, 1}, 4, -3)", ta_cece((const int[]){-2, -2, 3, 1, 77}, 4, -3), 28);
    CHECK("ta_cece({}, 0, -3)", ta_cece((const int[]){77}, 0, -3), 0);
    CHECK("ta_cece({2, 2, 3, -1, 2}, 5, -2)", ta_cece((const int[]){2, 2, 3, -1, 2, 77}, 5, -2), 32);
    CHECK("ta_cece({2, -1, 3}, 3, -3)", ta_cece((const int[]){2, -1, 3, 77}, 3, -3), 24);
    CHECK("ta_cece({-4, -3, -3, -2, -1, 4}, 6, -3)", ta_cece((const int[]){-4, -3, -3, -2, -1, 4, 77}, 6, -3), 799);
    puts("ok src/ta_cece.c");
    return 0;
}
