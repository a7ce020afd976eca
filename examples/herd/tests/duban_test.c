/* Tests of src/duban.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int duban(const char *logri);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/duban.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/duban.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("duban(\"bct\")", duban("bct"), 0);
    CHECK("duban(\"ub i\")", duban("ub i"), 0);
    CHECK("duban(\"1bc\")", duban("1bc"), 1);
    CHECK("duban(\"au e 0 \")", duban("au e 0 "), 1);
    CHECK("duban(\"oauocb\")", duban("oauocb"), 0);
    CHECK("duban(\"i\")", duban("i"), 0);
    CHECK("duban(\"oeo\")", duban("oeo"), 0);
    CHECK("duban(\"\")", duban(""), 0);
    CHECK("duban(\"a\")", duban("a"), 0);
    CHECK("duban(\"u0\")", duban("u0"), 1);
    puts("ok src/duban.c");
    return 0;
}
