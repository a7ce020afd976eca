/* Tests of src/lewi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lewi(int item);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lewi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lewi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lewi(4)", lewi(4), 4);
    CHECK("lewi(1)", lewi(1), 1);
    CHECK("lewi(5)", lewi(5), 5);
    CHECK("lewi(0)", lewi(0), 12);
    CHECK("lewi(22)", lewi(22), 10);
    CHECK("lewi(18)", lewi(18), 6);
    CHECK("lewi(2)", lewi(2), 2);
    CHECK("lewi(23)", lewi(23), 11);
    CHECK("lewi(14)", lewi(14), 2);
    CHECK("lewi(7)", lewi(7), 7);
    puts("ok src/lewi.c");
    return 0;
}
