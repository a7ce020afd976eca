/* Tests of src/faparo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int faparo(int huka);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/faparo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/faparo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("faparo(69709)", faparo(69709), 9);
    CHECK("faparo(49648)", faparo(49648), 9);
    CHECK("faparo(13580)", faparo(13580), 8);
    CHECK("faparo(84502)", faparo(84502), 8);
    CHECK("faparo(1)", faparo(1), 1);
    CHECK("faparo(90526)", faparo(90526), 9);
    CHECK("faparo(38390)", faparo(38390), 9);
    CHECK("faparo(69066)", faparo(69066), 9);
    CHECK("faparo(98699)", faparo(98699), 9);
    CHECK("faparo(69967)", faparo(69967), 9);
    puts("ok src/faparo.c");
    return 0;
}
