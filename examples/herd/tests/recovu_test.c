/* Tests of src/recovu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int recovu(int tmp);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/recovu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/recovu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("recovu(5)", recovu(5), 1);
    CHECK("recovu(23)", recovu(23), 5);
    CHECK("recovu(47)", recovu(47), 11);
    CHECK("recovu(13)", recovu(13), 3);
    CHECK("recovu(4)", recovu(4), 1);
    CHECK("recovu(30)", recovu(30), 7);
    CHECK("recovu(57)", recovu(57), 14);
    CHECK("recovu(3)", recovu(3), 0);
    CHECK("recovu(28)", recovu(28), 7);
    CHECK("recovu(50)", recovu(50), 12);
    puts("ok src/recovu.c");
    return 0;
}
