/* Tests of src/casum_jebfa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int casum_jebfa(const int *data, int n, int size);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/casum_jebfa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/casum_jebfa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("casum_jebfa({6, 6, 0, 2, -1, -1}, 6, 4)", casum_jebfa((const int[]){6, 6, 0, 2, -1, -1, 77}, 6, 4), -1);
    CHECK("casum_jebfa({-2, 0, 2, 3}, 4, 3)", casum_jebfa((const int[]){-2, 0, 2, 3, 77}, 4, 3), 3);
    CHECK("casum_jebfa({-1, -2, -1}, 3, -3)", casum_jebfa((const int[]){-1, -2, -1, 77}, 3, -3), -1);
    CHECK("casum_jebfa({4, 6, 3, -1}, 4, -3)", casum_jebfa((const int[]){4, 6, 3, -1, 77}, 4, -3), -1);
    CHECK("casum_jebfa({-1, 2, -1}, 3, -4)", casum_jebfa((const int[]){-1, 2, -1, 77}, 3, -4), -1);
    CHECK("casum_jebfa({}, 0, -1)", casum_jebfa((const int[]){77}, 0, -1), -1);
    CHECK("casum_jebfa({3, -1, -4, 1}, 4, -4)", casum_jebfa((const int[]){3, -1, -4, 1, 77}, 4, -4), 2);
    CHECK("casum_jebfa({-4, 3}, 2, -4)", casum_jebfa((const int[]){-4, 3, 77}, 2, -4), 0);
    CHECK("casum_jebfa({3, 0, -4, 3}, 4, -4)", casum_jebfa((const int[]){3, 0, -4, 3, 77}, 4, -4), 2);
    CHECK("casum_jebfa({}, 0, 4)", casum_jebfa((const int[]){77}, 0, 4), -1);
    puts("ok src/casum_jebfa.c");
    return 0;
}
