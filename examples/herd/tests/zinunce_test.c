/* Tests of src/zinunce.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zinunce(const char *acc);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zinunce.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zinunce.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zinunce(\"ccacc\")", zinunce("ccacc"), 481);
    CHECK("zinunce(\"te\")", zinunce("te"), 769);
    CHECK("zinunce(\"c0a0\")", zinunce("c0a0"), 204);
    CHECK("zinunce(\"a\")", zinunce("a"), 97);
    CHECK("zinunce(\"cec\")", zinunce("cec"), 793);
    CHECK("zinunce(\"beciu\")", zinunce("beciu"), 188);
    CHECK("zinunce(\"ao\")", zinunce("ao"), 342);
    CHECK("zinunce(\"\")", zinunce(""), 0);
    CHECK("zinunce(\"acbbca\")", zinunce("acbbca"), 112);
    CHECK("zinunce(\"0itb\")", zinunce("0itb"), 327);
    puts("ok src/zinunce.c");
    return 0;
}
