/* Tests of src/ta_ta.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ta_ta(int y);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ta_ta.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ta_ta.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ta_ta(1890)", ta_ta(1890), 0);
    CHECK("ta_ta(1940)", ta_ta(1940), 1);
    CHECK("ta_ta(1974)", ta_ta(1974), 0);
    CHECK("ta_ta(1891)", ta_ta(1891), 0);
    CHECK("ta_ta(2110)", ta_ta(2110), 0);
    CHECK("ta_ta(2037)", ta_ta(2037), 0);
    CHECK("ta_ta(1951)", ta_ta(1951), 0);
    CHECK("ta_ta(1984)", ta_ta(1984), 1);
    CHECK("ta_ta(2081)", ta_ta(2081), 0);
    CHECK("ta_ta(1915)", ta_ta(1915), 0);
    puts("ok src/ta_ta.c");
    return 0;
}
