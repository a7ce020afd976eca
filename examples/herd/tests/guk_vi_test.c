/* Tests of src/guk_vi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int guk_vi(char fiwoge);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/guk_vi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/guk_vi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("guk_vi('a')", guk_vi('a'), 10);
    CHECK("guk_vi('_')", guk_vi('_'), -1);
    CHECK("guk_vi('Z')", guk_vi('Z'), -1);
    CHECK("guk_vi('/')", guk_vi('/'), -1);
    CHECK("guk_vi('0')", guk_vi('0'), 0);
    CHECK("guk_vi('9')", guk_vi('9'), 9);
    CHECK("guk_vi('b')", guk_vi('b'), 11);
    CHECK("guk_vi(':')", guk_vi(':'), -1);
    CHECK("guk_vi('A')", guk_vi('A'), -1);
    CHECK("guk_vi('[')", guk_vi('['), -1);
    puts("ok src/guk_vi.c");
    return 0;
}
