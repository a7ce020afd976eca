/* Tests of src/golobo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int golobo(const char *buti);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/golobo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/golobo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("golobo(\"e91\")", golobo("e91"), 1);
    CHECK("golobo(\"ccoaocc\")", golobo("ccoaocc"), 3);
    CHECK("golobo(\"9\")", golobo("9"), 0);
    CHECK("golobo(\" 9\")", golobo(" 9"), 0);
    CHECK("golobo(\"otoc1 a\")", golobo("otoc1 a"), 3);
    CHECK("golobo(\"b\")", golobo("b"), 0);
    CHECK("golobo(\"  91i \")", golobo("  91i "), 1);
    CHECK("golobo(\"cec\")", golobo("cec"), 1);
    CHECK("golobo(\"e9\")", golobo("e9"), 1);
    CHECK("golobo(\"bab\")", golobo("bab"), 1);
    puts("ok src/golobo.c");
    return 0;
}
