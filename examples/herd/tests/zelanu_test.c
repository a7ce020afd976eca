/* Tests of src/zelanu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zelanu(int hohcab);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zelanu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zelanu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zelanu(12)", zelanu(12), 31);
    CHECK("zelanu(9)", zelanu(9), 30);
    CHECK("zelanu(4)", zelanu(4), 30);
    CHECK("zelanu(2)", zelanu(2), 28);
    CHECK("zelanu(1)", zelanu(1), 31);
    CHECK("zelanu(3)", zelanu(3), 31);
    CHECK("zelanu(8)", zelanu(8), 31);
    CHECK("zelanu(10)", zelanu(10), 31);
    CHECK("zelanu(5)", zelanu(5), 31);
    CHECK("zelanu(11)", zelanu(11), 30);
    puts("ok src/zelanu.c");
    return 0;
}
