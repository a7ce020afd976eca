/* Tests of src/jetu_dogi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jetu_dogi(int hu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jetu_dogi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jetu_dogi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jetu_dogi(8)", jetu_dogi(8), 2);
    CHECK("jetu_dogi(9)", jetu_dogi(9), 2);
    CHECK("jetu_dogi(12)", jetu_dogi(12), 2);
    CHECK("jetu_dogi(63)", jetu_dogi(63), 2);
    CHECK("jetu_dogi(57)", jetu_dogi(57), 2);
    CHECK("jetu_dogi(7)", jetu_dogi(7), 1);
    CHECK("jetu_dogi(1)", jetu_dogi(1), 1);
    CHECK("jetu_dogi(4)", jetu_dogi(4), 1);
    CHECK("jetu_dogi(0)", jetu_dogi(0), 1);
    CHECK("jetu_dogi(75)", jetu_dogi(75), 3);
    puts("ok src/jetu_dogi.c");
    return 0;
}
